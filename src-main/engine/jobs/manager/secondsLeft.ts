/** A stage for the estimate. */
export interface StagePace {
  /** Seconds that it was expected to take. */
  readonly expected: number;
  /** Of the stage, 0..1. */
  readonly fraction: number;
  /** The fraction at which this run took it up; null where it has not yet. */
  readonly begun: number | null;
  /** That it has taken in this run. */
  readonly seconds: number;
}

/** Seconds of measured work before a pace counts: the first block holds the start of its process. */
const MIN_SECONDS = 3;

/** What one stage says of the others is taken with caution. */
const MAX_CORRECTION = 4;

/**
 * Seconds until the last stage ends. The stage under way goes on at the pace that it had in this run; before that pace is known, and
 * for the stages that follow, the expectation counts, corrected by how far the stages that ran were off.
 *
 * @returns null while nothing that was measured supports a figure
 */
export function estimateSecondsLeft(stages: readonly StagePace[], current: number): number | null {
  const measured = stages.filter(
    ({ begun, seconds, fraction }) => begun !== null && seconds >= MIN_SECONDS && fraction > begun,
  );
  if (measured.length === 0) return null;
  // Sums, not a mean of ratios: a stage of an hour knows more than one of a second.
  const took = measured.reduce((sum, { seconds }) => sum + seconds, 0);
  const foretold = measured.reduce((sum, { expected, fraction, begun }) => sum + expected * (fraction - begun!), 0);
  const correction = Math.min(MAX_CORRECTION, Math.max(1 / MAX_CORRECTION, foretold > 0 ? took / foretold : 1));
  return stages.slice(current).reduce((sum, stage) => {
    const { expected, fraction, begun, seconds } = stage;
    const hasPace = begun !== null && seconds >= MIN_SECONDS && fraction > begun;
    return sum + (1 - fraction) * (hasPace ? seconds / (fraction - begun) : expected * correction);
  }, 0);
}
