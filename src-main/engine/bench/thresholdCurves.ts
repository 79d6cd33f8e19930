import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { EditSession } from '#engine/editing/editSession.ts';
import { thresholdCurve } from '#engine/editing/thresholdCurve.ts';
import type { TruthRows } from '#engine/metrics/truthRows.ts';

/** Milliseconds. */
export interface CurveTime {
  /** Until a whole curve with agreement is there. */
  readonly milliseconds: number;
  /** The longest that other requests waited meanwhile. */
  readonly longestWait: number;
}

export interface CurveTimes {
  readonly volume: CurveTime;
  /** The same where fragments join their neighbours. */
  readonly volumeWithMinSize: CurveTime;
  /** Of the largest object. */
  readonly object: CurveTime;
}

const MIN_SIZE = 3000;
/** One supervoxel in so many lies in two objects of the truth. */
const SHARED = 4;

/** Measures curves over the threshold with made-up ground truth: the segments as they are, the supervoxels at random borders between two. */
export async function benchCurves(session: EditSession, random: () => number): Promise<CurveTimes> {
  const truth = madeUpTruth(session.live.assignment, session.live.sizes, random);
  const anchor = largestSegment(session.live.assignment, session.live.sizes);
  const curve = (of: number | null) =>
    timed(() => thresholdCurve(session, { anchor: of, solvedBeta: null, truth }).then(() => undefined));
  const { threshold } = session.live.cut;
  const [volume, object] = [await curve(null), await curve(anchor)];
  await session.commit({ kind: 'threshold', cut: { threshold, minSize: MIN_SIZE } }, session.revision);
  const volumeWithMinSize = await curve(null);
  await session.undo(session.revision);
  return { volume, volumeWithMinSize, object };
}

async function timed(work: () => Promise<void>): Promise<CurveTime> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const start = performance.now();
  await work();
  const milliseconds = performance.now() - start;
  delays.disable();
  return { milliseconds, longestWait: delays.max / 1e6 };
}

function madeUpTruth(assignment: Uint32Array, sizes: Float64Array, random: () => number): TruthRows {
  const supervoxels = new Uint32Array(2 * assignment.length);
  const truths = new Uint32Array(2 * assignment.length);
  const voxels = new Float64Array(2 * assignment.length);
  let rows = 0;
  const add = (id: number, truth: number, count: number): void => {
    supervoxels[rows] = id;
    truths[rows] = truth;
    voxels[rows++] = count;
  };
  for (let id = 1; id < assignment.length; id++) {
    if (assignment[id] === 0) continue;
    const [own, other] = [assignment[id], assignment[Math.min(id + 1, assignment.length - 1)]];
    const lies = other !== 0 && other !== own && random() < 1 / SHARED ? Math.floor(sizes[id - 1] / 3) : 0;
    add(id, own, sizes[id - 1] - lies);
    if (lies > 0) add(id, other, lies);
  }
  return {
    supervoxels: supervoxels.subarray(0, rows),
    truths: truths.subarray(0, rows),
    voxels: voxels.subarray(0, rows),
  };
}

function largestSegment(assignment: Uint32Array, sizes: Float64Array): number {
  const voxels = new Float64Array(assignment.length);
  for (let id = 1; id < assignment.length; id++) voxels[assignment[id]] += sizes[id - 1];
  let largest = 1;
  for (let segment = 1; segment < voxels.length; segment++) if (voxels[segment] > voxels[largest]) largest = segment;
  return largest;
}
