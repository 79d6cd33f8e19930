import { flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';

import { FascicleError } from '#domain/errors.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useNoticeStore } from '#renderer/features/notices/index.ts';

import { useProjectActions } from './useProjectActions.ts';

it('offers to read a project that another program writes to', async () => {
  const { engine, callsOf } = createFakeEngine({
    projects: { open: () => Promise.reject(new FascicleError('conflict', 'It is open in another Fascicle.')) },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  await useProjectActions().openDirectory('/projects/a');
  const [notice] = useNoticeStore().notices;
  expect(notice.actions?.map(({ label }) => label)).toEqual(['Open for reading only']);
  notice.actions![0].run();
  await flushPromises();
  expect(callsOf('projects.open').map(({ body }) => body)).toEqual([
    { directory: '/projects/a', readOnly: false },
    { directory: '/projects/a', readOnly: true },
  ]);
  expect(useNoticeStore().notices.at(-1)!.actions).toEqual([]);
});
