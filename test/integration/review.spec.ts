import { join, relative } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isDivision, reviewKey } from '#domain/review.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import type { LazyEditing } from '#engine/editing/lazyEditing.ts';
import {
  attachedTruth,
  attachTruth,
  countTruth,
  detachTruth,
  isTruthBehind,
  readTruthRows,
} from '#engine/metrics/groundTruth.ts';
import { LiveAgreement } from '#engine/metrics/liveAgreement.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { createLazyReview } from '#engine/review/lazyReview.ts';
import { editOf } from '#engine/review/questions.ts';
import { readAnswers } from '#engine/review/reviewAnswers.ts';
import { ReviewQueue } from '#engine/review/reviewQueue.ts';
import { scratchProjects } from '#engine/simulate/scratchProject.ts';
import { simulateReview } from '#engine/simulate/simulate.ts';

import { jsonHere } from '../helpers/fascicle.ts';
import { phantomPerTest } from '../helpers/phantomProject.ts';

const { directory, folder, volume } = phantomPerTest({ settings: ['--threshold', '0.8', '--min-size', '0'] });
const truth = `${volume}:/labels`;
interface TruthReport {
  readonly truth: { readonly offset: readonly number[] | null };
  readonly scores: unknown;
  readonly worst: readonly unknown[];
}

let project: Project;
let session: EditSession;
let queue: ReviewQueue;

beforeEach(open);
afterEach(async () => {
  await session.close();
  project.close();
});

async function open(): Promise<void> {
  project = await openProject(directory);
  session = await EditSession.open(project, { onEdit: (event) => queue.take(event) });
  queue = new ReviewQueue(project, session);
}

const keysOf = async () => (await queue.state()).open.map(({ kind, u, v }) => reviewKey(kind, u, v));
const answer = async (at: number, word: 'yes' | 'no' | 'skip' | 'flag') => {
  const { open, revision } = await queue.state();
  const { kind, u, v } = open[at];
  await queue.answer(reviewKey(kind, u, v), word, { milliseconds: 1200, expected: revision });
  return open[at];
};
/** A queue that has seen nothing of what went before. */
const anew = async () => questions(new ReviewQueue(project, session));
/** Affinities are summed in another order, which shows in the last digits. */
const questions = async (of: ReviewQueue) =>
  (await of.state()).open.map(({ kind, u, v, gain }) => `${reviewKey(kind, u, v)} ${gain.toFixed(9)}`);

describe('the queue', () => {
  it('asks what gains most first, and says how much', async () => {
    const { open } = await queue.state();
    expect(open.length).toBeGreaterThan(10);
    expect(open.map(({ gain }) => gain)).toEqual(open.map(({ gain }) => gain).toSorted((a, b) => b - a));
    for (const { chance, stake, gain } of open) expect(gain).toBeCloseTo(chance * stake, 12);
  });

  it('asks after edits what a queue asks that never saw them', async () => {
    await queue.state();
    for (const [at, word] of [
      [0, 'yes'],
      [3, 'no'],
      [1, 'yes'],
      [2, 'no'],
      [0, 'no'],
      [5, 'yes'],
    ] as const) {
      await answer(at, word).catch((error: unknown) => expect((error as Error).message).toContain('Move'));
      expect(await questions(queue)).toEqual(await anew());
    }
    await session.undo(session.revision);
    await session.undo(session.revision);
    expect(await questions(queue)).toEqual(await anew());
    await session.commit({ kind: 'threshold', cut: { threshold: 0.7, minSize: 0 } }, session.revision);
    expect(await questions(queue)).toEqual(await anew());
  });

  it('makes the edit of a yes, and asks again when it is taken back', async () => {
    const before = await keysOf();
    const { open } = await queue.state();
    const at = open.findIndex(({ seeds }) => seeds === null);
    const { u, v } = await answer(at, 'yes');
    expect(session.live.segmentOf(u)).toBe(session.live.segmentOf(v));
    expect(await keysOf()).not.toContain(before[at]);
    expect((await queue.state()).answered.size).toBe(1);
    await session.undo(session.revision);
    expect(await keysOf()).toEqual(before);
    expect((await queue.state()).answered.size).toBe(0);
  });

  it('does not ask again what was answered no, skipped or flagged, and remembers it', async () => {
    const first = await keysOf();
    await answer(0, 'skip');
    await answer(0, 'flag');
    await answer(0, 'no');
    expect(await keysOf()).not.toContain(first[0]);
    const answers = readAnswers(project.database);
    expect(answers.map(({ answer: word, milliseconds }) => [word, milliseconds])).toEqual([
      ['skip', 1200],
      ['flag', 1200],
      ['no', 1200],
    ]);
    expect(answers.map(({ edit }) => edit !== null)).toEqual([false, false, true]);
    const left = await keysOf();
    session.close();
    project.close();
    await open();
    expect(await keysOf()).toEqual(left);
  });

  it('refuses an answer to what is no longer asked', async () => {
    const { open, revision } = await queue.state();
    const { kind, u, v } = open[0];
    const options = { milliseconds: 0, expected: revision };
    await queue.answer(reviewKey(kind, u, v), 'no', options);
    await expect(queue.answer(reviewKey(kind, u, v), 'yes', options)).rejects.toMatchObject({ kind: 'conflict' });
    expect(readAnswers(project.database)).toHaveLength(1);
  });

  it('parts two objects where one is too many', async () => {
    await session.commit({ kind: 'threshold', cut: { threshold: 0.3, minSize: 0 } }, session.revision);
    const { open } = await queue.state();
    const candidate = open.find(({ seeds }) => seeds !== null)!;
    const edit = editOf(candidate, 'yes', (supervoxel) => session.placeOf(supervoxel));
    await session.commit(edit, session.revision);
    expect(session.live.segmentOf(candidate.u)).not.toBe(session.live.segmentOf(candidate.v));
  });
});

describe('ground truth', () => {
  it('is counted once, and agrees with what evaluate says of the export', async () => {
    const rows = await attachTruth(project, { source: truth, components: false, minSize: 0, offset: null });
    expect(readTruthRows(project)).toEqual(rows);
    expect(attachedTruth(project)).toEqual({ source: truth, components: false, minSize: 0, offset: null });
    const labels = join(folder, 'labels.h5');
    session.close();
    project.close();
    await jsonHere('export', directory, '--labels', labels);
    const scores = (await jsonHere('evaluate', labels, truth)) as { voi: { split: number; merge: number } };
    await open();
    const live = new LiveAgreement(rows, session.live.assignment);
    expect(live.scores.viSplit).toBeCloseTo(scores.voi.split, 9);
    expect(live.scores.viMerge).toBeCloseTo(scores.voi.merge, 9);
    detachTruth(project);
    expect(attachedTruth(project)).toBeNull();
    expect(readTruthRows(project).supervoxels).toHaveLength(0);
  });

  it('is attached, described and forgotten from the command line', async () => {
    await session.close();
    project.close();
    const directory = join(folder, 'p');
    const nothing = { truth: null, scores: null, worst: [] };
    expect(await jsonHere('truth', directory)).toEqual(nothing);
    const attached = (await jsonHere('truth', directory, truth, '--components', '--worst', '2')) as TruthReport;
    expect(attached.truth).toEqual({ source: truth, components: true, minSize: 0, offset: null });
    expect(attached.worst).toHaveLength(2);
    expect(await jsonHere('truth', directory, '--worst', '2')).toEqual(attached);
    const moved = (await jsonHere('truth', directory, truth, '--offset', '4,0,-8')) as TruthReport;
    expect(moved.truth.offset).toEqual([4, 0, -8]);
    expect(moved.scores).not.toEqual(attached.scores);
    expect(await jsonHere('truth', directory, '--detach')).toEqual(nothing);
    await open();
  });

  it('is counted again after voxels were edited while nobody looked', async () => {
    await session.close();
    project.close();
    // Attached from another folder: the window reads it again.
    await jsonHere('truth', directory, relative(process.cwd(), volume) + ':/labels');
    await open();
    expect(isTruthBehind(project)).toBe(false);
    const stroke = { tool: 'brush', plane: null, points: [[8, 30, 30]], radiusNm: 60 } as const;
    await session.commit({ kind: 'paint', stroke, target: 'new', over: 'all', place: null }, session.revision);
    await session.close();
    project.close();
    await open();
    expect(isTruthBehind(project)).toBe(true);
    const editing = { open: () => Promise.resolve(session), current: session, onEdit: () => undefined };
    const review = createLazyReview(project, editing as unknown as LazyEditing);
    const { live } = (await review.agreement())!;
    const fresh = new LiveAgreement(await countTruth(project, attachedTruth(project)!), session.live.assignment);
    expect(live.scores).toEqual(fresh.scores);
    expect(isTruthBehind(project)).toBe(false);
    await session.undo(session.revision);
    expect(isTruthBehind(project)).toBe(true);
  });

  it('is refused where it does not fit, and nothing changes', async () => {
    const other = join(folder, 'other.h5');
    await jsonHere('phantom', other, '--shape', '8,64,64', '--seed', '1');
    const attached = attachTruth(project, { source: `${other}:/labels`, components: false, minSize: 0, offset: null });
    await expect(attached).rejects.toMatchObject({ kind: 'bad-request' });
    expect(attachedTruth(project)).toBeNull();
  });
});

it('a simulated annotator brings the segmentation nearer to the truth and leaves the project as it is', async () => {
  const rows = await attachTruth(project, { source: truth, components: true, minSize: 0, offset: null });
  const scratch = scratchProjects(project);
  const copy = scratch();
  const options = { budget: 30, order: 'queue', seed: 1 } as const;
  const { before, actions } = await simulateReview(copy, rows, options);
  copy.close();
  expect(actions.length).toBeGreaterThan(0);
  const total = ({ viSplit, viMerge }: { viSplit: number; viMerge: number }) => viSplit + viMerge;
  expect(total(actions.at(-1)!)).toBeLessThan(total(before));
  const again = scratch();
  expect((await simulateReview(again, rows, options)).actions).toEqual(actions);
  again.close();
  expect(session.revision).toBe(1);
  expect(readAnswers(project.database)).toEqual([]);
});

it('a simulated annotator parts what is far too large or touches itself, and every such yes brings it nearer', async () => {
  const rows = await attachTruth(project, { source: truth, components: true, minSize: 0, offset: null });
  await session.commit({ kind: 'threshold', cut: { threshold: 0.1, minSize: 0 } }, session.revision);
  const copy = scratchProjects(project)();
  const { before, actions } = await simulateReview(copy, rows, { budget: 40, order: 'queue', seed: 1 });
  copy.close();
  const total = ({ viSplit, viMerge }: { viSplit: number; viMerge: number }) => viSplit + viMerge;
  const kinds = new Set<string>();
  actions.forEach((action, at) => {
    if (action.answer !== 'yes' || !isDivision(action.kind)) return;
    kinds.add(action.kind);
    expect(total(action)).toBeLessThan(total(at === 0 ? before : actions[at - 1]));
  });
  expect([...kinds]).toContain('self-touching');
});
