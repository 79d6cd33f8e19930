import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';

import type { Proposal } from '#contract/routes/edits.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { FAKE_CUTS, fakeEdit, fakeEntry, fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { useEditStore } from './edits.ts';
import { useMergeStore } from './merge.ts';

const PROJECT = fakeProject(0, { supervoxels: 3, segments: 3, edges: 2 });
const PROPOSAL: Proposal = {
  ...{ revision: 0, summary: 'Merge 1 and 2', delta: { supervoxels: [2], segments: [1] }, results: [], absorbed: 0 },
  ...{ gained: { supervoxels: 0, voxels: 0 }, lost: { supervoxels: 0, voxels: 0 }, link: null, divides: [] },
  ...{ alternatives: [], decisionsKept: 0 },
};
const ENTRY = fakeEntry(1, 'merge', 'Merge 1 and 2');
const partner = (id: number) => ({ segment: id, supervoxel: id, voxel: [0, 0, id] as const });

/** Three objects of which the first two are merged; the window hears of it, and later the answer comes, when a test lets them. */
async function mergeOneAndTwo() {
  const answer = Promise.withResolvers<undefined>();
  const entries: (typeof ENTRY)[] = [];
  const { engine, emit, callsOf } = createFakeEngine({
    projects: { get: () => PROJECT },
    segments: fakeSegments([4, 2, 2]),
    edits: {
      history: () => ({
        ...{ revision: entries.length, head: entries.length, undoTarget: null, redoTarget: null, cuts: FAKE_CUTS },
        ...{ checkpoints: [], entries },
      }),
      propose: () => PROPOSAL,
      async commit() {
        await answer.promise;
        return { revision: 1, head: 1, summary: 'Merge 1 and 2', delta: PROPOSAL.delta, segments: 2 };
      },
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  const [project, edits, merge] = [useProjectStore(), useEditStore(), useMergeStore()];
  await project.show(PROJECT);
  await expect.poll(() => edits.isKnown).toBe(true);
  merge.arm(null);
  merge.click(partner(1));
  merge.click(partner(2));
  await expect.poll(() => merge.lack).toBe(null);
  const committed = merge.commit();
  await expect.poll(() => callsOf('edits.commit').length).toBe(1);
  entries.push(ENTRY);
  emit(fakeEdit(ENTRY, { changed: PROPOSAL.delta }));
  await expect.poll(() => merge.partners.map(({ segment }) => segment)).toEqual([1]);
  const end = (): Promise<void> => (answer.resolve(undefined), committed);
  return { merge, end };
}

it('what came of a merge is the first object of the next', async () => {
  const { merge, end } = await mergeOneAndTwo();
  await end();
  expect(merge.partners.map(({ segment }) => segment)).toEqual([1]);
});

it('what came of a merge stays let go, though the answer comes later than the picture', async () => {
  const { merge, end } = await mergeOneAndTwo();
  expect(merge.back()).toBe(true);
  await end();
  expect(merge.partners).toEqual([]);
});

it('the next object that is clicked before the answer comes is not forgotten', async () => {
  const { merge, end } = await mergeOneAndTwo();
  merge.click(partner(3));
  await end();
  expect(merge.partners.map(({ segment }) => segment)).toEqual([1, 3]);
});
