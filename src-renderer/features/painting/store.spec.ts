import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';
import { nextTick } from 'vue';

import type { Zyx } from '#domain/geometry.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { anotherProject, FAKE_CUTS, fakeEntry, fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useEditStore } from '#renderer/features/proofreading/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { usePaintStore } from './store.ts';

const PROJECT = fakeProject(1, { supervoxels: 3, segments: 3, edges: 0 });
const KEYS = { ctrl: false, shift: false, alt: false };

/** Segments 1 and 2; the first edit is made when a test lets it, and begins supervoxel 3. */
async function openPaint() {
  const first = Promise.withResolvers<undefined>();
  let revision = 1;
  const { engine, callsOf } = createFakeEngine({
    segments: fakeSegments([4, 2, 2], { revision: () => 1 }),
    edits: {
      history: () => ({
        ...{ revision: 1, head: 1, undoTarget: null, redoTarget: null, cuts: FAKE_CUTS, checkpoints: [] },
        entries: Array.from({ length: 9 }, (_, i) => fakeEntry(i + 1, 'paint')),
      }),
      async commit() {
        await first.promise;
        revision++;
        return { revision, head: revision, summary: 'Paint', delta: { supervoxels: [3], segments: [3] }, segments: 3 };
      },
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  const [project, edits, view, paint] = [useProjectStore(), useEditStore(), useViewStore(), usePaintStore()];
  await project.show(PROJECT);
  await expect.poll(() => edits.isKnown).toBe(true);
  paint.enter();
  const draw = (...points: Zyx[]): void => {
    expect(view.tool!.takesStroke(KEYS)).toBe(true);
    for (const voxel of points) view.tool!.stroke({ panel: 'xy', voxel, supervoxel: 0, segment: 0 });
    view.tool!.endStroke!(false);
  };
  const targets = () => callsOf('edits.commit').map(({ body }) => (body as { edit: { target: unknown } }).edit.target);
  return { project, paint, view, first, draw, targets };
}

it('strokes that are drawn before a new object is there belong to it, whatever is selected', async () => {
  const { paint, view, first, draw, targets } = await openPaint();
  view.select(1);
  paint.isNew = true;
  draw([0, 0, 0]);
  draw([0, 1, 1]);
  await expect.poll(() => targets().length).toBe(1);
  first.resolve(undefined);
  await expect.poll(() => targets()).toEqual(['new', 3]);
  await expect.poll(() => paint.pending.length).toBe(0);
  expect(view.current).toBe(3);
  expect(paint.isNew).toBe(false);
});

it('a new object that is asked for while a stroke is being made does not take that stroke', async () => {
  const { paint, view, first, draw, targets } = await openPaint();
  view.select(1);
  draw([0, 0, 0]);
  draw([0, 1, 1]);
  paint.isNew = true;
  await nextTick();
  first.resolve(undefined);
  await expect.poll(() => targets()).toEqual([1, 1]);
  await expect.poll(() => paint.pending.length).toBe(0);
  expect(paint.isNew).toBe(true);
});

it('strokes that wait are not painted in another project that is opened meanwhile', async () => {
  const { project, paint, view, first, draw, targets } = await openPaint();
  view.select(1);
  draw([0, 0, 0]);
  draw([0, 1, 1]);
  await expect.poll(() => targets().length).toBe(1);
  await project.show(anotherProject(PROJECT));
  await expect.poll(() => useEditStore().isKnown).toBe(true);
  first.resolve(undefined);
  await expect.poll(() => paint.pending.length).toBe(0);
  expect(targets()).toEqual([1]);
});
