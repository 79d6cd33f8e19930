import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';

import type { Job } from '#contract/routes/jobs.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useNoticeStore } from '#renderer/features/notices/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { useAgreementStore } from './agreement.ts';

const PROJECT = fakeProject(1, { supervoxels: 1, segments: 1, edges: 0 });

/** A comparison of which an event tells before the answer to who began it is there. */
async function attachAndHear(event: Job): Promise<ReturnType<typeof useAgreementStore>> {
  const begun = Promise.withResolvers<Job>();
  const { engine, emit, callsOf } = createFakeEngine({
    segments: fakeSegments([8], { revision: () => 1 }),
    review: { attach: () => begun.promise },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  await useProjectStore().show(PROJECT);
  const agreement = useAgreementStore();
  const file = { path: '/data/truth.h5', dataset: '/labels', datasets: [] };
  agreement.draft = { ...file, components: false, minSize: 0, offset: [0, 0, 0] };
  const attaching = agreement.attach('same');
  await expect.poll(() => callsOf('review.attach').length).toBe(1);
  emit({ type: 'job', revision: 1, job: event });
  begun.resolve(jobOf('running'));
  await attaching;
  return agreement;
}
const jobOf = (state: Job['state'], error: Job['error'] = null): Job => ({
  kind: 'truth',
  ...{ id: 'truth-1', project: PROJECT.id, title: 'Compare', detail: 'truth.h5', state, error },
  ...{ stages: [], fraction: 0, secondsLeft: null, voxelsPerSecond: null, provider: null, facts: [], resume: null },
  ...{ queuedAt: '2026-11-20T10:00:00.000Z', startedAt: null, endedAt: null },
});

it('a comparison that ended before the answer to its beginning is not under way', async () => {
  expect((await attachAndHear(jobOf('done'))).job).toBeNull();
});

it('a comparison that failed before the answer to its beginning says why', async () => {
  const agreement = await attachAndHear(jobOf('failed', { kind: 'bad-request', message: 'The file is gone.' }));
  expect(agreement.job).toBeNull();
  expect(useNoticeStore().notices.map(({ reason }) => reason)).toContain('The file is gone.');
});
