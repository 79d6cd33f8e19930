/**
 * What a review asks, and what an answer is expected to gain. No ground truth is needed: the expectation comes from sizes and from
 * how close the score of a contact is to the threshold.
 */

/** Two segments that may be one: what the smaller one looks like by itself. */
export const MERGE_KINDS = ['missed-merge', 'orphan', 'end', 'enclosed'] as const;
/** One segment that may be two: what speaks for it. */
export const DIVISION_KINDS = ['false-merge', 'self-touching', 'oversize'] as const;
export const REVIEW_KINDS = [...MERGE_KINDS, ...DIVISION_KINDS] as const;
export type MergeKind = (typeof MERGE_KINDS)[number];
export type DivisionKind = (typeof DIVISION_KINDS)[number];
export type ReviewKind = (typeof REVIEW_KINDS)[number];

/** Whether a yes divides a segment; else it merges two. */
export function isDivision(kind: ReviewKind): kind is DivisionKind {
  return (DIVISION_KINDS as readonly ReviewKind[]).includes(kind);
}

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
  /** Faces of the volume, 0 to 6, that the smaller segment reaches. */
  readonly faces: number;
}

/**
 * The chance that two segments that touch are one object. It rises with the affinity; a large contact of low affinity is a membrane; and
 * a piece belongs somewhere, so a contact that holds most of its affinity counts for more. Logistic regression on the 2,058 contacts of
 * the training sections that docs/benchmarks.md names.
 */
export function chanceOfMissedMerge({ affinity, area, share, faces }: ContactEvidence, threshold: number): number {
  const lostEnds = faces === 0 ? 1.87 : faces === 1 ? 1.64 : 0;
  return logistic(4.18 * inThresholds(affinity, threshold) - 0.58 * Math.log(area) + 3.36 * share + lostEnds - 2.34);
}

/** The contacts between two sides of a segment. */
export interface DivisionEvidence {
  /** Mean over all of them, 0..1. */
  readonly affinity: number;
  /** Mean over those away from the joint; null where the sides touch at the joint alone. */
  readonly awayAffinity: number | null;
}

/** Parts that touch away from their joint with less than this, in thresholds, have a membrane between them there. */
const MEMBRANE = 0.5;

/** Whether two sides of a segment touch across a membrane away from where they hang together. */
export function isSelfTouching({ awayAffinity }: DivisionEvidence, threshold: number): boolean {
  return awayAffinity !== null && inThresholds(awayAffinity, threshold) < MEMBRANE;
}

/**
 * The chance that two sides of a segment are two objects. It falls with the affinity between them; and neurites that run side by side and
 * hang together at one place are rather two than one that has come back. Fitted likewise, to 287 links: of 12 whose sides touch each
 * other 11 were false.
 */
export function chanceOfFalseMerge(evidence: DivisionEvidence, threshold: number): number {
  const touches = isSelfTouching(evidence, threshold) ? 2 : 0;
  return logistic(1 - 2 * inThresholds(evidence.affinity, threshold) + touches);
}

const xlog2x = (x: number): number => (x > 0 ? x * Math.log2(x) : 0);

/**
 * Bits of variation of information that hang on whether two sides of `a` and `b` voxels are one object: what it changes by where the
 * answer is wrong, in a volume of `total` voxels and with the sides pure.
 */
export function viAtStake(a: number, b: number, total: number): number {
  return total > 0 ? (xlog2x(a + b) - xlog2x(a) - xlog2x(b)) / total : 0;
}
