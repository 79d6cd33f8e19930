import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';

import { encodeVoxelBlock } from '#contract/voxelBlock.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { useMergeStore } from './merge.ts';
import { useModeStore } from './mode.ts';

const PROJECT = fakeProject(1, { supervoxels: 3, segments: 3, edges: 2 });
const KEYS = { ctrl: false, shift: false, alt: false };

/** Merge mode on segments 1, 2 and 3; what lies at a voxel that is looked up is segment 1, once a test lets the answer come. */
async function openMerge() {
  const lookup = Promise.withResolvers<undefined>();
  const voxels = encodeVoxelBlock({ type: 'uint32', depth: 1, rows: 1, columns: 1, voxels: Uint32Array.of(1) });
  const { engine, callsOf } = createFakeEngine({
    segments: fakeSegments([4, 2, 2], { revision: () => 1 }),
    voxels: { box: () => lookup.promise.then(() => voxels) },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  const [project, view, merge, mode] = [useProjectStore(), useViewStore(), useMergeStore(), useModeStore()];
  await project.show(PROJECT);
  mode.enter('merge');
  const click = (segment: number, supervoxel: number): void =>
    view.tool!.click({ panel: 'xy', voxel: [0, 0, 0], segment, supervoxel }, KEYS);
  const answer = async (): Promise<void> => {
    await expect.poll(() => callsOf('voxels.box').length).toBe(1);
    lookup.resolve(undefined);
  };
  return { merge, mode, click, answer };
}
const segmentsOf = ({ partners }: ReturnType<typeof useMergeStore>) => partners.map(({ segment }) => segment);

it('clicks are taken in their order, however long it takes to look one up', async () => {
  const { merge, click, answer } = await openMerge();
  click(0, 0);
  click(2, 2);
  click(3, 3);
  await answer();
  // The third takes the place of the second.
  await expect.poll(() => segmentsOf(merge)).toEqual([1, 3]);
});

it('a place that is still looked up when the mode is left is no part of the next', async () => {
  const { merge, mode, click, answer } = await openMerge();
  click(0, 0);
  mode.leave();
  mode.enter('merge');
  click(2, 2);
  await answer();
  await expect.poll(() => segmentsOf(merge)).toEqual([2]);
});
