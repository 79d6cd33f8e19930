import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';
import { nextTick } from 'vue';

import type { Proposal } from '#contract/routes/edits.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { FAKE_CUTS, fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { useEditStore } from './edits.ts';
import { useSplitStore } from './split.ts';

const PROJECT = fakeProject(7, { supervoxels: 3, segments: 1, edges: 2 });

/** A project at revision 7; the engine answers for seeds when a test lets it. */
async function openSplit() {
  const committed: unknown[] = [];
  const waiting: ((proposal: Proposal) => void)[] = [];
  const { engine } = createFakeEngine({
    projects: { get: () => PROJECT },
    segments: fakeSegments([4, 2, 2], { revision: () => 7, segmentOf: [1, 1, 1] }),
    edits: {
      history: () => ({
        ...{ revision: 7, head: 7, undoTarget: 6, redoTarget: null, cuts: FAKE_CUTS, checkpoints: [] },
        entries: Array.from({ length: 7 }, (_, i) => ({
          revision: i + 1,
          step: { type: 'edit' as const, kind: 'merge' as const, parent: i },
          summary: `edit ${i + 1}`,
          author: 'ana',
          createdAt: '2026-11-20T10:00:00.000Z',
          place: null,
        })),
      }),
      propose: () => new Promise<Proposal>((resolve) => waiting.push(resolve)),
      commit({ body }) {
        committed.push(body);
        return { revision: 8, head: 8, summary: 'Split 1 in 2', delta: null, segments: 2 };
      },
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  const [project, edits, split] = [useProjectStore(), useEditStore(), useSplitStore()];
  await project.show(PROJECT);
  await expect.poll(() => edits.isKnown).toBe(true);
  split.arm();
  const answer = async (revision: number): Promise<void> => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    waiting.splice(0).at(-1)!(proposalAt(revision));
  };
  return { split, committed, waiting, answer };
}

/** A split of supervoxels 1 and 2 that may be committed. */
async function prepareSplit() {
  const opened = await openSplit();
  const { split, answer } = opened;
  split.place({ supervoxel: 1, voxel: [0, 0, 0] }, 0);
  split.place({ supervoxel: 2, voxel: [1, 0, 0] }, 1);
  await answer(7);
  await expect.poll(() => split.lack).toBe(null);
  return opened;
}

const proposalAt = (revision: number): Proposal => ({
  ...{ revision, summary: 'Split 1 in 2', delta: { supervoxels: [], segments: [] }, results: [], absorbed: 0 },
  ...{ gained: { supervoxels: 0, voxels: 0 }, lost: { supervoxels: 0, voxels: 0 }, link: null, divides: [] },
  alternatives: [0, 1].map((cost) => ({ cost, voxels: [4, 4], sides: [[1], [2, 3]], contacts: [] })),
  decisionsKept: 0,
});

it('a split is agreed to at the revision of what is shown, by the way that is shown', async () => {
  const { split, committed, answer } = await openSplit();
  split.place({ supervoxel: 1, voxel: [0, 0, 0] }, 0);
  split.place({ supervoxel: 2, voxel: [1, 0, 0] }, 1);
  await answer(6);
  await expect.poll(() => split.lack).toBe(null);
  split.choose(1);
  void split.commit();
  // The project is at 7: the engine refuses a cut that was worked out before.
  await expect.poll(() => committed.length).toBe(1);
  expect(committed[0]).toMatchObject({ expected: 6, edit: { kind: 'split', alternative: 1 } });
});

it('while a cut for more seeds is looked for, the one before it is not committed', async () => {
  const { split, committed, answer } = await prepareSplit();
  split.place({ supervoxel: 3, voxel: [1, 1, 0] }, 1);
  expect(split.chosen).not.toBe(null);
  expect(split.lack).toBe('Looking for a cut');
  await split.commit();
  expect(committed).toEqual([]);
  await answer(7);
  await expect.poll(() => split.lack).toBe(null);
});

it('of a split that is being made nothing more is asked, though the project changes by it', async () => {
  const { split, committed, waiting } = await prepareSplit();
  void split.commit();
  await expect.poll(() => committed.length).toBe(1);
  const edits = useEditStore();
  edits.history = { ...edits.history, revision: 8 };
  await nextTick();
  expect(waiting).toEqual([]);
});

it('a seed that is placed while a split is being made is one of the next', async () => {
  const { split, committed } = await prepareSplit();
  void split.commit();
  await expect.poll(() => committed.length).toBe(1);
  split.place({ supervoxel: 3, voxel: [1, 1, 0] }, 0);
  const edits = useEditStore();
  const { entries } = edits.history;
  edits.history = { ...edits.history, revision: 8, entries: [...entries, { ...entries[0], revision: 8 }] };
  await expect.poll(() => split.seeds.map(({ supervoxel }) => supervoxel)).toEqual([3]);
});
