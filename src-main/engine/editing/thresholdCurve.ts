import { setImmediate as nextTurn } from 'node:timers/promises';

import type { EditSession } from './editSession.ts';

export interface CurvePoint {
  readonly threshold: number;
  readonly segments: number;
  readonly largestVoxels: number;
}

/** Thresholds at which a curve is worked out. */
const POINTS = 33;

/**
 * How many segments there would be at each threshold, under the decisions in force: of the whole volume, or of the supervoxels that the
 * object with `anchor` has now. Exact at its points. The event loop gets a turn between them.
 */
export async function thresholdCurve(
  session: EditSession,
  anchor: number | null,
  signal?: AbortSignal,
): Promise<CurvePoint[]> {
  const { live } = session;
  const members = anchor === null ? null : live.members(live.segmentOf(anchor));
  const totals = new Float64Array(live.assignment.length);
  const scratch = new Uint32Array(live.assignment.length);
  const points: CurvePoint[] = [];
  for (let i = 0; i < POINTS; i++) {
    const threshold = i / (POINTS - 1);
    const assignment =
      anchor === null ? live.previewCut({ ...live.cut, threshold }, scratch) : ownPreview(session, anchor, threshold);
    points.push({ threshold, ...measure(assignment, members, live.sizes, totals) });
    await nextTurn();
    signal?.throwIfAborted();
  }
  return points;
}

/** The assignment where the object with `anchor` alone has another threshold. */
export function ownPreview({ live }: EditSession, anchor: number, threshold: number | null): Uint32Array {
  const { preview } = live.proposeThreshold(anchor, threshold);
  const assignment = live.assignment.slice();
  preview.supervoxels.forEach((id, i) => (assignment[id] = preview.segments[i]));
  return assignment;
}

function measure(
  assignment: Uint32Array,
  members: Uint32Array | null,
  sizes: Float64Array,
  totals: Float64Array,
): Pick<CurvePoint, 'segments' | 'largestVoxels'> {
  totals.fill(0);
  let segments = 0;
  let largestVoxels = 0;
  const add = (id: number) => {
    const segment = assignment[id];
    if (segment === 0) return;
    if (totals[segment] === 0) segments++;
    totals[segment] += sizes[id - 1];
    largestVoxels = Math.max(largestVoxels, totals[segment]);
  };
  if (members === null) for (let id = 1; id < assignment.length; id++) add(id);
  else for (const id of members) add(id);
  return { segments, largestVoxels };
}
