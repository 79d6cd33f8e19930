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

/**
 * How far the chance that two sides are one object changes with the score: one width above the threshold it is 73 %. Chosen on the
 * training sections that docs/benchmarks.md names.
 */
export const SCORE_WIDTH = 0.1;

/** The chance that two sides are one object: a logistic function of the score of their contact, one half at the threshold. */
export function chanceOfOne(score: number, threshold: number, width: number = SCORE_WIDTH): number {
  return 1 / (1 + Math.exp((threshold - score) / width));
}

const xlog2x = (x: number): number => (x > 0 ? x * Math.log2(x) : 0);

/**
 * Bits of variation of information that hang on whether two sides of `a` and `b` voxels are one object: what it changes by where the
 * answer is wrong, in a volume of `total` voxels and with the sides pure.
 */
export function viAtStake(a: number, b: number, total: number): number {
  return total > 0 ? (xlog2x(a + b) - xlog2x(a) - xlog2x(b)) / total : 0;
}
