import { flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useNoticeStore } from '#renderer/features/notices/index.ts';

import { useRecentStore } from './store.ts';
import { makeRecentProject } from './testProject.ts';

describe('taking a project off the list', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function begin() {
    const fake = createFakeEngine({
      projects: { recent: () => [makeRecentProject()], forget: () => undefined },
    });
    provideEngine(fake.engine);
    setActivePinia(createPinia());
    const store = useRecentStore();
    await store.load();
    return { ...fake, store };
  }

  it('is told to the engine when the time to undo is over', async () => {
    const { store, callsOf } = await begin();
    store.forget(store.projects[0]);
    expect(store.projects).toEqual([]);
    expect(callsOf('projects.forget')).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    await flushPromises();
    expect(callsOf('projects.forget').map(({ params }) => params)).toEqual([{ project: 'aaaaaaaa' }]);
    expect(store.projects).toEqual([]);
  });

  it('can be undone from its notice', async () => {
    const { store, callsOf } = await begin();
    store.forget(store.projects[0]);
    useNoticeStore().notices[0].actions![0].run();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.projects).toHaveLength(1);
    expect(callsOf('projects.forget')).toEqual([]);
  });
});
