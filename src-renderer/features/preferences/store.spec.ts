import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it } from 'vitest';

import type { Preferences } from '#contract/routes/system.ts';
import { preferencesSchema } from '#contract/routes/system.ts';
import { FascicleError } from '#domain/errors.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useNoticeStore } from '#renderer/features/notices/index.ts';

import { usePreferencesStore } from './store.ts';

/** An engine that keeps what it is told, and answers when a test lets it: oldest question first. */
function openPreferences(kept: Partial<Preferences> = {}) {
  let engineHas = preferencesSchema.parse(kept);
  const waiting: (() => void)[] = [];
  /** What the engine says is of the moment of the question. */
  const answer = (value: Preferences): Promise<Preferences> =>
    new Promise((resolve) => waiting.push(() => resolve(value)));
  const { engine, callsOf } = createFakeEngine({
    system: {
      preferences: () => answer(engineHas),
      setPreferences({ body }) {
        const { scale } = body as Partial<Preferences>;
        if (scale === 2) throw new FascicleError('storage', 'The disk is full.');
        engineHas = { ...engineHas, ...(body as Partial<Preferences>) };
        return answer(engineHas);
      },
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  const next = async (): Promise<void> => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    waiting.shift()!();
  };
  return { preferences: usePreferencesStore(), next, waiting, callsOf };
}

beforeEach(() => localStorage.clear());

it('a change made before the preferences are read is not taken back by their answer', async () => {
  const { preferences, next, waiting } = openPreferences({ theme: 'dark' });
  const loading = preferences.load();
  const changing = preferences.change({ theme: 'light' });
  await next();
  await loading;
  expect(preferences.values.theme).toBe('light');
  await next();
  await changing;
  expect(preferences.values.theme).toBe('light');

  // The same where the answer to the older question is the later one.
  const late = preferences.load();
  const changingBack = preferences.change({ theme: 'dark' });
  await expect.poll(() => waiting.length).toBe(2);
  waiting.reverse();
  await next();
  await changingBack;
  await next();
  await late;
  expect(preferences.values.theme).toBe('dark');
});

it('changes are made one after the other, and none is taken back by the answer to the one before', async () => {
  const { preferences, next, callsOf } = openPreferences({ theme: 'dark' });
  const changing = [preferences.change({ theme: 'light' }), preferences.change({ scale: 1.5 })];
  await next();
  await changing[0];
  expect(preferences.values).toMatchObject({ theme: 'light', scale: 1.5 });
  await next();
  await changing[1];
  expect(preferences.values).toMatchObject({ theme: 'light', scale: 1.5 });
  expect(callsOf('system.setPreferences').map(({ body }) => body)).toEqual([{ theme: 'light' }, { scale: 1.5 }]);
});

it('a refusal takes its own change back and no other', async () => {
  const { preferences, next } = openPreferences({ theme: 'dark' });
  const changing = [preferences.change({ scale: 2 }), preferences.change({ theme: 'light' })];
  await changing[0];
  expect(preferences.values).toMatchObject({ theme: 'light', scale: 1 });
  expect(useNoticeStore().notices.map(({ title }) => title)).toEqual(['The preference was not kept']);
  await next();
  await changing[1];
  expect(preferences.values).toMatchObject({ theme: 'light', scale: 1 });
});
