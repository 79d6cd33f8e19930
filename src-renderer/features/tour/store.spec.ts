import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { preferencesSchema } from '#contract/routes/system.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { usePreferencesStore } from '#renderer/features/preferences/index.ts';

import { TOUR_STEPS } from './model/steps.ts';
import { useTourStore } from './store.ts';

const VIEWS = '<div data-view="xy"></div>';

beforeEach(async () => {
  document.body.innerHTML = VIEWS;
  provideEngine(createFakeEngine({ system: { preferences: () => preferencesSchema.parse({}) } }).engine);
  setActivePinia(createPinia());
  await usePreferencesStore().load();
});
afterEach(() => (document.body.innerHTML = ''));

it('is offered to who has never seen it', () => {
  const tour = useTourStore();
  tour.offer();
  expect(tour.step).toEqual(TOUR_STEPS[0]);
});

it.each(['<section role="dialog"></section>', '<input autofocus />'])('does not come over %s', (work) => {
  document.body.insertAdjacentHTML('beforeend', work);
  document.querySelector('input')?.focus();
  const tour = useTourStore();
  tour.offer();
  expect(tour.step).toBeNull();
  document.body.innerHTML = VIEWS;
  tour.offer();
  expect(tour.step).toEqual(TOUR_STEPS[0]);
});
