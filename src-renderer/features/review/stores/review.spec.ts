import { createPinia, setActivePinia } from 'pinia';
import { expect, it } from 'vitest';

import type { Review } from '#contract/routes/review.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { anotherProject, fakeProject, fakeSegments } from '#renderer/engine/fakeProject.ts';
import { createGate } from '#renderer/engine/gate.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { useReviewStore } from './review.ts';

const PROJECT = fakeProject(1, { supervoxels: 2, segments: 2, edges: 1 });
const OTHER = anotherProject(PROJECT);
const reviewOf = (project: string, revision: number): Review => ({
  ...{ revision, open: 1, expectedVi: -0.1, answered: { yes: 0, no: 0, skip: 0, flag: 0 }, answeredVi: 0 },
  items: [
    {
      ...{ key: `question of ${project}`, kind: 'missed-merge', segments: [1, 2], supervoxels: [1, 2] },
      ...{ place: [1, 1, 1], box: null, voxels: 4, score: 0.6, chance: 0.7, expectedVi: -0.1 },
    },
  ],
});

/** The review of a project at revision 7, and of another at revision 1; questions and the taking of answers can be held up. */
async function openReview() {
  const [asking, taking] = [createGate(), createGate()];
  const revisions: Record<string, number> = { [PROJECT.id]: 7, [OTHER.id]: 1 };
  const { engine, callsOf } = createFakeEngine({
    segments: fakeSegments([4, 4]),
    review: {
      async queue({ params }) {
        await asking.passed();
        return reviewOf(params.project, revisions[params.project]);
      },
      async answer({ params }) {
        await taking.passed();
        return { revision: revisions[params.project] + 1, summary: null };
      },
    },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  const [project, review] = [useProjectStore(), useReviewStore()];
  await project.show(PROJECT);
  const begin = async (id: string): Promise<void> => {
    review.toggle();
    await expect.poll(() => review.current?.key).toBe(`question of ${id}`);
  };
  return { project, review, callsOf, asking, taking, begin };
}

it('questions that come after their project was left are dropped', async () => {
  const { project, review, callsOf, asking } = await openReview();
  const go = asking.hold();
  review.toggle();
  await expect.poll(() => callsOf('review.queue').length).toBe(1);
  await project.show(OTHER);
  go();
  await asking.passed();
  expect(review.review).toBeNull();
  expect(review.isReading).toBe(false);
});

it('an answer that is taken after its project was left says nothing of the next one', async () => {
  const { project, review, callsOf, taking, begin } = await openReview();
  await begin(PROJECT.id);
  const go = taking.hold();
  const first = review.answer('yes');
  await expect.poll(() => callsOf('review.answer').length).toBe(1);
  await project.show(OTHER);
  go();
  await first;
  await begin(OTHER.id);
  await review.answer('yes');
  expect(callsOf('review.answer').map(({ body }) => (body as { expected: number }).expected)).toEqual([7, 1]);
});
