import { chanceOfMissedMerge, viAtStake } from '#domain/review.ts';
import type { ReviewKind } from '#domain/review.ts';
import type { SegmentNeighbour } from '#engine/proofreading/liveSegmentation.ts';

import type { Candidate, RankingScale } from './candidate.ts';
import { hasEndInside, isOrphan } from './segmentShapes.ts';
import type { SegmentShape } from './segmentShapes.ts';

/** A segment with its form and the affinity of all its contacts together. */
export interface RankedSegment extends SegmentShape {
  readonly segment: number;
  /** Sum over all contacts of affinity x voxel pairs. */
  readonly affinity: number;
}

/**
 * Whether two segments that touch are one object. The kind says what the smaller one looks like by itself: a neurite does not end within
 * a volume, so a piece that touches no face of it has lost both its ends, and a process that touches one has lost one or ends there.
 *
 * @param touching the contact as either of them sees it
 * @returns null where it is not worth asking
 */
export function mergeCandidate(
  one: RankedSegment,
  other: RankedSegment,
  touching: Pick<SegmentNeighbour, 'affinity' | 'area' | 'strongest'>,
  { voxels: total, threshold, leastGain }: RankingScale,
): Candidate | null {
  const smaller = one.voxels < other.voxels || (one.voxels === other.voxels && one.segment < other.segment);
  const [small, large] = smaller ? [one, other] : [other, one];
  const stake = viAtStake(small.voxels, large.voxels, total);
  if (stake < leastGain) return null;
  const { affinity, area } = touching;
  const share = small.affinity > 0 ? (affinity * area) / small.affinity : 0;
  const chance = chanceOfMissedMerge({ affinity, area, share }, threshold);
  const gain = chance * stake;
  if (gain < leastGain) return null;
  const { u, v, contact } = touching.strongest;
  const segments = [small.segment, large.segment] as const;
  return {
    ...{ kind: formOf(small), u, v, segments, score: affinity, chance, stake, gain },
    ...{ voxels: small.voxels, place: contact, seeds: null },
  };
}

function formOf(shape: SegmentShape): Exclude<ReviewKind, 'false-merge'> {
  if (isOrphan(shape)) return 'orphan';
  return hasEndInside(shape) ? 'end' : 'missed-merge';
}
