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

/** Of what was expected: it is not over before it is over. */
const LEAST_REST = 0.1;

/** What one stage says of the others is taken with caution. */
const MAX_CORRECTION = 4;

/**
 * Seconds until the last stage ends. The stage under way goes on at the pace that it had in this run; before that pace is known, and
 * for the stages that follow, the expectation counts, corrected by how far the stages that ran were off.
 *
 * @param trusted the expectations were measured on this machine: they count alone until there is a pace
 * @returns null while nothing that was measured supports a figure
 */
export function estimateSecondsLeft(stages: readonly StagePace[], current: number, trusted = false): number | null {
  const { expected, fraction, seconds } = stages[current];
  const measured = stages.filter((stage) => paceOf(stage) !== null);
  if (measured.length === 0) {
    if (!trusted) return null;
    const rest = Math.max(expected * (1 - fraction) - seconds, LEAST_REST * expected);
    return rest + stages.slice(current + 1).reduce((sum, stage) => sum + (1 - stage.fraction) * stage.expected, 0);
  }
  // Sums, not a mean of ratios: a stage of an hour knows more than one of a second.
  const took = measured.reduce((sum, { seconds }) => sum + seconds, 0);
  const foretold = measured.reduce((sum, { expected, fraction, begun }) => sum + expected * (fraction - begun!), 0);
  const correction = Math.min(MAX_CORRECTION, Math.max(1 / MAX_CORRECTION, foretold > 0 ? took / foretold : 1));
  return stages.slice(current).reduce((sum, stage) => {
    return sum + (1 - stage.fraction) * (paceOf(stage) ?? stage.expected * correction);
  }, 0);
}

/** Seconds that the whole stage would take at the pace of this run; null where that is not known yet. */
function paceOf({ begun, fraction, seconds }: StagePace): number | null {
  return begun === null || seconds < MIN_SECONDS || fraction <= begun ? null : seconds / (fraction - begun);
}
