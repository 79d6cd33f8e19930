/**
 * Beta as a threshold: in the project of a multicut the score of a merge is the probability of one object under the beta it was solved
 * with, so the merges that another beta takes of single contacts are those from another threshold up.
 *
 * logit(beta) = logit(solved) + logit(threshold)
 */

/** The threshold that stands for a beta in a project solved with `solved`; both 0.01..0.99. One half for `solved` itself. */
export function thresholdOfBeta(beta: number, solved: number): number {
  const taken = beta * (1 - solved);
  return taken / (taken + (1 - beta) * solved);
}

/** The beta for which a threshold, 0..1, stands in such a project. */
export function betaOfThreshold(threshold: number, solved: number): number {
  const taken = threshold * solved;
  return taken / (taken + (1 - threshold) * (1 - solved));
}
