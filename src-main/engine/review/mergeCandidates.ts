import { chanceOfMissedMerge } from '#domain/review.ts';
import type { MergeKind } from '#domain/review.ts';

import type { Candidate, RankingScale } from './candidate.ts';
import { hasEndInside, isEnclosed, isOrphan } from './segmentShapes.ts';
import type { SegmentShape } from './segmentShapes.ts';

/** A segment with its form and all its contacts together. */
export interface RankedSegment extends SegmentShape {
  readonly segment: number;
  /** Sum over all contacts of affinity x voxel pairs. */
  readonly affinity: number;
  /** Voxel pairs of all contacts. */
  readonly area: number;
}

/** How two segments touch, over all their contacts. */
export interface SegmentContact {
  /** Mean affinity, 0..1. */
  readonly affinity: number;
  /** Voxel pairs. */
  readonly area: number;
  /** Bits that hang on whether they are one. */
  readonly stake: number;
}

/** A question whose place and supervoxels are still to be looked up. */
export type MergeQuestion = Omit<Candidate, 'u' | 'v' | 'place'>;

/**
 * Whether two segments that touch are one object. The kind says what the smaller one looks like by itself: a neurite does not end within
 * a volume, so a piece that touches no face of it has lost both its ends, and a process that touches one has lost one or ends there.
 *
 * @returns null where it is not worth asking
 */
export function mergeQuestion(
  small: RankedSegment,
  large: RankedSegment,
  { affinity, area, stake }: SegmentContact,
  scale: RankingScale,
): MergeQuestion | null {
  const share = small.affinity > 0 ? (affinity * area) / small.affinity : 0;
  const chance = chanceOfMissedMerge({ affinity, area, share, faces: small.faces }, scale.threshold);
  const gain = chance * stake;
  if (gain < scale.leastGain) return null;
  const kind = isEnclosed(small, large, area / small.area, scale) ? 'enclosed' : formOf(small);
  const segments = [small.segment, large.segment] as const;
  return { kind, segments, score: affinity, chance, stake, gain, voxels: small.voxels, box: small.box, seeds: null };
}

function formOf(shape: SegmentShape): Exclude<MergeKind, 'enclosed'> {
  if (isOrphan(shape)) return 'orphan';
  return hasEndInside(shape) ? 'end' : 'missed-merge';
}
