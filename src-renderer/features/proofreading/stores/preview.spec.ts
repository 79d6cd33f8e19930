import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';

import { encodeAssignment } from '#contract/assignmentTable.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { FAKE_CUTS, fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { useEditStore } from './edits.ts';
import { usePreviewStore } from './preview.ts';

const PROJECT = fakeProject(1, { supervoxels: 2, segments: 2, edges: 1 });

/** A project at revision 1 whose edits are made when a test lets them. */
async function openPreview() {
  const segments = () => encodeAssignment({ revision: 1, assignment: Uint32Array.of(0, 1, 2) });
  const made = Promise.withResolvers<undefined>();
  const { engine, callsOf } = createFakeEngine({
    segments: {
      ...fakeSegments([4, 4], { revision: () => 1 }),
      assignment: segments,
    },
    edits: {
      history: () => ({
        ...{ revision: 1, head: 1, undoTarget: null, redoTarget: null, cuts: FAKE_CUTS, checkpoints: [] },
        entries: [
          {
            ...{ revision: 1, step: { type: 'edit' as const, kind: 'threshold' as const, parent: 0 } },
            ...{ summary: 'Threshold 0.5', author: 'ana', createdAt: '2026-11-20T10:00:00.000Z', place: null },
          },
        ],
      }),
      assignmentAtCut: segments,
      commit: () => made.promise.then(() => ({ revision: 1, head: 1, summary: '', delta: EMPTY, segments: 2 })),
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  const [project, edits, preview] = [useProjectStore(), useEditStore(), usePreviewStore()];
  await project.show(PROJECT);
  await expect.poll(() => edits.isKnown).toBe(true);
  return { preview, made, callsOf };
}
const EMPTY = { supervoxels: [], segments: [] };

it('what is looked at is left when it was made', async () => {
  const { preview, made } = await openPreview();
  preview.look({ kind: 'threshold', threshold: 0.6 });
  const committing = preview.commit();
  preview.look({ kind: 'threshold', threshold: 0.6 });
  made.resolve(undefined);
  await committing;
  expect(preview.looking).toBeNull();
});

it('another threshold that is looked at while one is being made stays, and is made next', async () => {
  const { preview, made, callsOf } = await openPreview();
  preview.look({ kind: 'threshold', threshold: 0.6 });
  const committing = preview.commit();
  preview.look({ kind: 'threshold', threshold: 0.7 });
  made.resolve(undefined);
  await committing;
  expect(preview.looking).toEqual({ kind: 'threshold', threshold: 0.7 });
  await preview.commit();
  expect(callsOf('edits.commit').map(({ body }) => body)).toMatchObject([
    { edit: { cut: { threshold: 0.6 } } },
    { edit: { cut: { threshold: 0.7 } } },
  ]);
});
