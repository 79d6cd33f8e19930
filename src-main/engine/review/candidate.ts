import type { Box, Zyx } from '#domain/geometry.ts';
import { isDivision } from '#domain/review.ts';
import type { ReviewKind } from '#domain/review.ts';

/** Something that may be wrong, with what it would gain to ask. */
export interface Candidate {
  readonly kind: ReviewKind;
  /** Supervoxels on the two sides. */
  readonly u: number;
  readonly v: number;
  /** The segments that hold them; the same one where it may be two objects. */
  readonly segments: readonly [number, number];
  /** Mean affinity of the contacts between the sides, 0..1. */
  readonly score: number;
  /** That the answer is yes: one object for two segments, two objects in one. */
  readonly chance: number;
  /** Bits of variation of information that hang on it. */
  readonly stake: number;
  /** Bits that asking is expected to gain: chance x stake. */
  readonly gain: number;
  /** Voxels of the smaller side. */
  readonly voxels: number;
  /** Where the sides touch, z, y, x; null for a link without a contact. */
  readonly place: Zyx | null;
  /** What is to be seen: the smaller segment; the joint with the other place where a segment touches itself; else the whole segment. */
  readonly box: Box;
  /** For one segment: supervoxels that mark its two sides, the first ones next to the contact. */
  readonly seeds: readonly [readonly number[], readonly number[]] | null;
}

/** What ranking needs to know of the whole volume. */
export interface RankingScale {
  readonly threshold: number;
  /** Bits below which a question is not worth asking. */
  readonly leastGain: number;
  /** Of log2 of the voxels of all segments: the median, and the median of the distances from it. */
  readonly medianSize: number;
  readonly spreadOfSizes: number;
}

/** The same question as long as the two supervoxels stand for it, whatever the segments around them look like by then. */
export function questionKey(kind: ReviewKind, u: number, v: number): string {
  return `${isDivision(kind) ? 'divide' : 'merge'} ${Math.min(u, v)} ${Math.max(u, v)}`;
}
