import type { EditSession } from '#engine/editing/editSession.ts';
import { thresholdCurve } from '#engine/editing/thresholdCurve.ts';
import type { TruthRows } from '#engine/metrics/truthRows.ts';

import { measureWaits } from './waits.ts';
import type { Waits } from './waits.ts';

/** Of whole curves with agreement. */
export interface CurveTimes {
  readonly volume: Waits;
  /** The same where fragments join their neighbours. */
  readonly volumeWithMinSize: Waits;
  /** Of the largest object. */
  readonly object: Waits;
}

const MIN_SIZE = 3000;
/** One supervoxel in so many lies in two objects of the truth. */
const SHARED = 4;

/** Measures curves over the threshold with made-up ground truth: the segments as they are, the supervoxels at random borders between two. */
export async function benchCurves(session: EditSession, random: () => number): Promise<CurveTimes> {
  const truth = madeUpTruth(session.live.assignment, session.live.sizes, random);
  const anchor = largestSegment(session.live.assignment, session.live.sizes);
  const curve = async (of: number | null): Promise<Waits> => {
    const request = { anchor: of, solvedBeta: null, truth };
    const { milliseconds, longestWait } = await measureWaits(() => thresholdCurve(session, request));
    return { milliseconds, longestWait };
  };
  const { threshold } = session.live.cut;
  const [volume, object] = [await curve(null), await curve(anchor)];
  await session.commit({ kind: 'threshold', cut: { threshold, minSize: MIN_SIZE } }, session.revision);
  const volumeWithMinSize = await curve(null);
  await session.undo(session.revision);
  return { volume, volumeWithMinSize, object };
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
