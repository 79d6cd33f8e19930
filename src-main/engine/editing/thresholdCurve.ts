import type { CurvePoint } from '#contract/routes/edits.ts';
import { thresholdOfBeta } from '#domain/multicutBeta.ts';
import type { TruthRows } from '#engine/metrics/truthRows.ts';
import { proposeThreshold } from '#engine/proofreading/proposeDecisions.ts';

import type { EditSession } from './editSession.ts';

/** Steps of the scale on which people move a threshold. */
const STEPS = 100;

export interface CurveRequest {
  /** A supervoxel of the object that alone gets the thresholds; null for the whole volume. */
  readonly anchor: number | null;
  /** Beta of the project's multicut: people move a threshold as a beta there. Null where it comes from none. */
  readonly solvedBeta: number | null;
  readonly truth: TruthRows | null;
}

/**
 * What there would be at each threshold that people can set, under the decisions in force: of the whole volume, or of the supervoxels
 * that the object with `anchor` has now. Exact at its points; worked out on a thread of its own.
 *
 * @throws FascicleError 'bad-request' for an anchor that is no supervoxel, 'cancelled'
 */
export async function thresholdCurve(
  { live }: EditSession,
  { anchor, solvedBeta, truth }: CurveRequest,
  signal?: AbortSignal,
): Promise<CurvePoint[]> {
  const thresholds = curveThresholds(solvedBeta);
  const request = { thresholds, anchor: anchor ?? undefined, truth: truth ?? undefined };
  const { segments, largestVoxels, viSplit, viMerge } = await live.thresholdCurve(request, { signal });
  return Array.from(thresholds, (threshold, i) => ({
    threshold,
    segments: segments[i],
    largestVoxels: largestVoxels[i],
    vi: truth && { split: viSplit[i], merge: viMerge[i] },
  }));
}

/** Rising: hundredths of the threshold, or the thresholds that stand for hundredths of beta. */
export function curveThresholds(solvedBeta: number | null): Float64Array {
  if (solvedBeta === null) return Float64Array.from({ length: STEPS + 1 }, (_, i) => i / STEPS);
  return Float64Array.from({ length: STEPS - 1 }, (_, i) => thresholdOfBeta((i + 1) / STEPS, solvedBeta));
}

/** The assignment where the object with `anchor` alone has another threshold. */
export function ownPreview({ live }: EditSession, anchor: number, threshold: number | null): Uint32Array {
  const { preview } = proposeThreshold(live, anchor, threshold);
  const assignment = live.assignment.slice();
  preview.supervoxels.forEach((id, i) => (assignment[id] = preview.segments[i]));
  return assignment;
}
