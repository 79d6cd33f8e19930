import type { EditRequest } from '#contract/routes/edits.ts';
import type { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';
import type { Candidate } from '#engine/review/candidate.ts';

/** What an annotator who knows the truth does: the answer, and the edit that goes with it; null changes nothing. */
export interface OracleAnswer {
  readonly answer: 'yes' | 'no' | 'skip';
  readonly edit: EditRequest | null;
}

const SKIP: OracleAnswer = { answer: 'skip', edit: null };

/**
 * Answers questions from ground truth. An object of the truth holds the supervoxels that share most with it. Two segments belong
 * together where both are mostly of one object; a segment is two objects where the two largest in it are larger than a bare overlap,
 * and is then parted with seeds on both, as a person would place them. What the truth does not cover is skipped.
 *
 * @param majority object of each supervoxel, 0 for none
 */
export function askOracle(candidate: Candidate, live: LiveSegmentation, majority: Uint32Array): OracleAnswer {
  const { u, v, place, seeds, segments } = candidate;
  if (seeds === null) {
    const [one, other] = segments.map((segment) => objectsOf(live, segment, majority)[0]?.truth ?? 0);
    if (one === 0 || other === 0) return SKIP;
    if (one !== other) return { answer: 'no', edit: { kind: 'keep', supervoxels: [u, v], as: 'two', place } };
    return { answer: 'yes', edit: { kind: 'merge', supervoxels: [u, v], place } };
  }
  const [first, second] = objectsOf(live, segments[0], majority);
  if (first === undefined) return SKIP;
  if (second === undefined) return { answer: 'no', edit: { kind: 'keep', supervoxels: [u, v], as: 'one', place } };
  const seed = (side: number, supervoxel: number) => ({ side, supervoxel, voxel: [0, 0, 0] as const });
  const edit = {
    kind: 'split' as const,
    seeds: [seed(0, first.largest), seed(1, second.largest)],
    alternative: 0,
    place,
  };
  return { answer: 'yes', edit };
}

interface TruthInSegment {
  readonly truth: number;
  readonly voxels: number;
  readonly largest: number;
}

/** Objects of the truth in a segment by the voxels of their supervoxels, most first. */
function objectsOf(live: LiveSegmentation, segment: number, majority: Uint32Array): TruthInSegment[] {
  const objects = new Map<number, { truth: number; voxels: number; largest: number }>();
  for (const id of live.members(segment)) {
    const truth = majority[id] ?? 0;
    if (truth === 0) continue;
    const found = objects.get(truth);
    const size = live.sizes[id - 1];
    if (found === undefined) objects.set(truth, { truth, voxels: size, largest: id });
    else {
      found.voxels += size;
      if (size > live.sizes[found.largest - 1]) found.largest = id;
    }
  }
  return [...objects.values()].sort((a, b) => b.voxels - a.voxels || a.truth - b.truth);
}
