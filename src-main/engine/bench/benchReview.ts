import { viAtStake } from '#domain/review.ts';
import { EditSession } from '#engine/editing/editSession.ts';
import { openProject } from '#engine/project/project.ts';
import { countRows } from '#engine/project/tables.ts';
import type { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';
import { contactsOf, neighboursOf } from '#engine/proofreading/segmentContacts.ts';
import { LEAST_GAIN, ReviewQueue } from '#engine/review/reviewQueue.ts';

import { randomNumbers } from './randomNumbers.ts';
import { percentile } from './samples.ts';
import { measureWaits } from './waits.ts';

/** What `fascicle bench review` measures. */
export interface ReviewBenchmark {
  readonly supervoxels: number;
  readonly edges: number;
  readonly segments: number;
  readonly questions: number;
  /** The first ranking of all segments, milliseconds; the best of the runs. */
  readonly rankingMs: number;
  /** The longest that other requests waited meanwhile, in that run. */
  readonly longestWaitMs: number;
  /** Ranking again after an answer. */
  readonly answerMs: { readonly median: number; readonly p95: number };
  /** One segment after the other, its contacts and its eight weakest links alone; milliseconds for all, from a sample. */
  readonly obviousMs: number;
  /** How many times as long the obvious way takes. */
  readonly ratio: number;
}

export interface BenchReviewOptions {
  readonly repeat: number;
  readonly answers: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((name: string) => void) | undefined;
}

/** Segments that the obvious way looks at, since all take minutes, and links of each, since all of them take hours. */
const SAMPLE = 200;
const LINKS = 8;
const SEED = 3;

/**
 * Measures the ranking of a review. The project stays as it is: answers are those that change nothing.
 *
 * @throws FascicleError 'not-found' for a project without a segmentation
 */
export async function benchReview(directory: string, options: BenchReviewOptions): Promise<ReviewBenchmark> {
  const { repeat, answers, signal, onProgress } = options;
  const project = await openProject(directory, { readOnly: true });
  const { database } = project;
  onProgress?.('opening');
  const session = await EditSession.open(project);
  try {
    let rankingMs = Infinity;
    let longestWaitMs = 0;
    let questions = 0;
    for (let run = 0; run < repeat; run++) {
      onProgress?.(`ranking, run ${run + 1}`);
      const queue = new ReviewQueue(project, session);
      const { result, milliseconds, longestWait } = await measureWaits(() => queue.state({ signal }));
      questions = result.open.length;
      if (milliseconds < rankingMs) [rankingMs, longestWaitMs] = [milliseconds, longestWait];
    }
    onProgress?.('segment after segment');
    const { live } = session;
    const again = await timesOfAnswers(live, answers, signal);
    const obviousMs = obvious(live);
    return {
      supervoxels: countRows(database, 'supervoxels'),
      edges: countRows(database, 'edges'),
      ...{ segments: live.segmentCount, questions, rankingMs, longestWaitMs, answerMs: again },
      ...{ obviousMs, ratio: obviousMs / rankingMs },
    };
  } finally {
    await session.close();
    project.close();
  }
}

/** What an answer to a question about two segments costs: their evidence anew. */
async function timesOfAnswers(live: LiveSegmentation, answers: number, signal?: AbortSignal) {
  const random = randomNumbers(SEED);
  const segments = [...new Set(live.assignment.subarray(1))].filter((segment) => segment > 0);
  const times: number[] = [];
  for (let at = 0; at < answers; at++) {
    const pair = Uint32Array.from([0, 1], () => segments[Math.floor(random() * segments.length)]);
    const start = performance.now();
    await live.reviewEvidence(pair, LEAST_GAIN, { signal });
    times.push(performance.now() - start);
  }
  return { median: percentile(times, 0.5), p95: percentile(times, 0.95) };
}

/**
 * Members, neighbours and what is at stake with each, and the contacts across the weakest links, asked of one segment after the other:
 * milliseconds for all of them.
 */
function obvious(live: LiveSegmentation): number {
  const random = randomNumbers(SEED);
  const segments = [...new Set(live.assignment.subarray(1))].filter((segment) => segment > 0);
  const total = live.voxelsOf(live.assignment.subarray(1).map((_, row) => row + 1));
  const count = Math.min(SAMPLE, segments.length);
  const start = performance.now();
  let sum = 0;
  for (let at = 0; at < count; at++) {
    const segment = segments[Math.floor(random() * segments.length)];
    const members = live.members(segment);
    const voxels = live.voxelsOf(members);
    for (const { segment: other, affinity, area } of neighboursOf(live, segment))
      sum += affinity * area * viAtStake(voxels, live.voxelsOf(live.members(other)), total);
    for (const side of weakestSides(live, members)) sum += contactsAcross(live, members, side);
  }
  if (Number.isNaN(sum)) throw new RangeError('a contact has no area');
  return ((performance.now() - start) * segments.length) / count;
}

/** One side of each of the weakest merges of a segment, found by walking the others. */
function weakestSides(live: LiveSegmentation, members: Uint32Array): ReadonlySet<number>[] {
  const own = new Set(members);
  const around = new Map<number, { step: number; other: number }[]>();
  const weakest = new Map<number, number>();
  for (const id of members) {
    const { steps, others } = live.stepsOf(id);
    const links = Array.from(steps, (step, i) => ({ step, other: others[i] })).filter(({ other }) => own.has(other));
    around.set(id, links);
    for (const { step } of links) weakest.set(step, id);
  }
  return [...weakest]
    .sort(([a], [b]) => b - a)
    .slice(0, LINKS)
    .map(([without, from]) => {
      const side = new Set([from]);
      // A set that grows while it is walked is walked to its end.
      for (const id of side) for (const { step, other } of around.get(id) ?? []) if (step !== without) side.add(other);
      return side;
    });
}

/** Affinity of all contacts between a side and the rest of its segment. */
function contactsAcross(live: LiveSegmentation, members: Uint32Array, side: ReadonlySet<number>): number {
  const own = new Set(members);
  let sum = 0;
  for (const id of side)
    for (const { u, v, affinity, area } of contactsOf(live, id)) {
      const other = u === id ? v : u;
      if (own.has(other) && !side.has(other)) sum += (affinity ?? 0) * area;
    }
  return sum;
}
