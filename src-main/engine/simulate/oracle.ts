import type { EditRequest } from '#contract/routes/edits.ts';
import { isFascicleError } from '#domain/errors.ts';
import type { AgreementScores, LiveAgreement } from '#engine/metrics/liveAgreement.ts';
import type { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';
import { proposeSegmentSplit } from '#engine/proofreading/proposeDecisions.ts';
import type { Candidate } from '#engine/review/candidate.ts';

/** What an annotator who knows the truth does: the answer, and the edit that goes with it; null changes nothing. */
export interface OracleAnswer {
  readonly answer: 'yes' | 'no' | 'skip';
  readonly edit: EditRequest | null;
}

const SKIP: OracleAnswer = { answer: 'skip', edit: null };

/** Supervoxels of an object that a person clicks where one on each is not enough. */
const MOST_SEEDS = 3;

export interface OracleSources {
  readonly live: LiveSegmentation;
  readonly agreement: LiveAgreement;
  /** Object of each supervoxel, 0 for none. */
  readonly majority: Uint32Array;
}

/**
 * Answers questions from ground truth. An object of the truth holds the supervoxels that share most with it. Two segments belong
 * together where both are mostly of one object; a segment is two objects where the two largest in it are larger than a bare overlap.
 * It is then parted with seeds on both as a person would place them, who sees what each of the cuts offered would come to: the best is
 * taken, more seeds are placed where none is right, and a segment that no cut improves is left as it is. What the truth does not cover
 * is skipped.
 */
export async function askOracle(candidate: Candidate, sources: OracleSources): Promise<OracleAnswer> {
  const { live, majority } = sources;
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
  for (const most of [1, MOST_SEEDS]) {
    const placed = [first, second].map(({ supervoxels }) => supervoxels.slice(0, most));
    const alternative = await bestCut(placed, sources);
    if (alternative === null) continue;
    const split = placed.flatMap((side, index) =>
      side.map((supervoxel) => ({ side: index, supervoxel, voxel: [0, 0, 0] as const })),
    );
    return { answer: 'yes', edit: { kind: 'split', seeds: split, alternative, place } };
  }
  return SKIP;
}

/** The alternative that brings the segmentation nearest to the truth; null where none brings it nearer or no cut can be made. */
async function bestCut(seeds: readonly number[][], { live, agreement }: OracleSources): Promise<number | null> {
  const viOf = ({ viSplit, viMerge }: AgreementScores): number => viSplit + viMerge;
  let best: number | null = null;
  let least = viOf(agreement.scores);
  try {
    const proposals = await proposeSegmentSplit(live, seeds);
    proposals.forEach(({ change }, alternative) => {
      const vi = viOf(agreement.scoresAfter(live.preview(change())));
      if (vi < least) [best, least] = [alternative, vi];
    });
  } catch (error) {
    if (!isFascicleError(error, 'bad-request')) throw error;
  }
  return best;
}

interface TruthInSegment {
  readonly truth: number;
  readonly voxels: number;
  /** Largest first. */
  readonly supervoxels: readonly number[];
}

/** Objects of the truth in a segment by the voxels of their supervoxels, most first. */
function objectsOf(live: LiveSegmentation, segment: number, majority: Uint32Array): TruthInSegment[] {
  const objects = new Map<number, number[]>();
  for (const id of live.members(segment)) {
    const truth = majority[id] ?? 0;
    if (truth === 0) continue;
    const known = objects.get(truth);
    if (known === undefined) objects.set(truth, [id]);
    else known.push(id);
  }
  return [...objects]
    .map(([truth, supervoxels]) => ({
      truth,
      voxels: live.voxelsOf(supervoxels),
      supervoxels: supervoxels.sort((a, b) => live.sizes[b - 1] - live.sizes[a - 1] || a - b),
    }))
    .sort((a, b) => b.voxels - a.voxels || a.truth - b.truth);
}
