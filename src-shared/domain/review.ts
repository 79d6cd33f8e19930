/**
 * What a review asks, and what an answer is expected to gain. No ground truth is needed: the expectation comes from sizes and from
 * how close the score of a contact is to the threshold.
 */

export const REVIEW_KINDS = ['missed-merge', 'false-merge', 'orphan', 'end'] as const;
export type ReviewKind = (typeof REVIEW_KINDS)[number];

export const REVIEW_ANSWERS = ['yes', 'no', 'skip', 'flag'] as const;
export type ReviewAnswer = (typeof REVIEW_ANSWERS)[number];

/** 'missed-merge 12 40': the same question as long as the two supervoxels stand for it. */
export type ReviewKey = `${ReviewKind} ${number} ${number}`;

export function reviewKey(kind: ReviewKind, u: number, v: number): ReviewKey {
  return u < v ? `${kind} ${u} ${v}` : `${kind} ${v} ${u}`;
}

/** Affinities are taken in thresholds: networks differ in scale, and thresholds are chosen to suit it. */
const LEAST_THRESHOLD = 0.05;
const inThresholds = (affinity: number, threshold: number): number => affinity / Math.max(threshold, LEAST_THRESHOLD);
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The contact between two segments. */
export interface ContactEvidence {
  /** Mean over the contact, 0..1. */
  readonly affinity: number;
  /** Voxel pairs. */
  readonly area: number;
  /** Its part of the affinity of all contacts of the smaller segment, 0..1. */
  readonly share: number;
}

/**
 * The chance that two segments that touch are one object. It rises with the affinity; a large contact of low affinity is a membrane; and
 * a piece belongs somewhere, so a contact that holds most of its affinity counts for more. Logistic regression on the 2,058 contacts of
 * the training sections that docs/benchmarks.md names.
 */
export function chanceOfMissedMerge({ affinity, area, share }: ContactEvidence, threshold: number): number {
  return logistic(4.68 * inThresholds(affinity, threshold) - 0.67 * Math.log(area) + 3.94 * share - 1.03);
}

/** The chance that two sides of a segment are two objects, by the mean affinity of the contacts between them; fitted likewise. */
export function chanceOfFalseMerge(affinity: number, threshold: number): number {
  return logistic(1 - 2 * inThresholds(affinity, threshold));
}

const xlog2x = (x: number): number => (x > 0 ? x * Math.log2(x) : 0);

/**
 * Bits of variation of information that hang on whether two sides of `a` and `b` voxels are one object: what it changes by where the
 * answer is wrong, in a volume of `total` voxels and with the sides pure.
 */
export function viAtStake(a: number, b: number, total: number): number {
  return total > 0 ? (xlog2x(a + b) - xlog2x(a) - xlog2x(b)) / total : 0;
}
