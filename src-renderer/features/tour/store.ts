import { defineStore } from 'pinia';
import { computed, ref } from 'vue';

import { usePreferencesStore } from '#renderer/features/preferences/index.ts';

import { TOUR_STEPS } from './model/steps.ts';
import type { TourStep } from './model/steps.ts';

/** What a user is at, where the tour would take the focus from. */
const AT_WORK = '[role="dialog"], [role="menu"], input:focus, textarea:focus';

/** A few steps for the first time with a project; they come once, and again when asked for. */
export const useTourStore = defineStore('tour', () => {
  const preferences = usePreferencesStore();
  const steps = ref<readonly TourStep[]>([]);
  const place = ref(0);
  const step = computed(() => steps.value[place.value] ?? null);

  /** Begins with the steps whose places are in view. */
  function start(): void {
    steps.value = TOUR_STEPS.filter(({ target }) => document.querySelector(target)?.checkVisibility());
    place.value = 0;
  }
  /** Begins if it was never seen; not over what was opened while the project was still coming, but the next time then. */
  function offer(): void {
    if (!preferences.isKnown || preferences.values.tourSeen || step.value !== null) return;
    if (document.querySelector(AT_WORK) === null) start();
  }
  function end(): void {
    steps.value = [];
    if (!preferences.values.tourSeen) void preferences.change({ tourSeen: true });
  }
  function go(by: 1 | -1): void {
    if (place.value + by >= steps.value.length) end();
    else place.value = Math.max(place.value + by, 0);
  }

  return { steps, place, step, start, offer, end, go };
});
