import { betaOfThreshold, thresholdOfBeta } from '#domain/multicutBeta.ts';

/**
 * The numbers in which people move a threshold: itself, or in the project of a multicut the beta that it stands for. Both cut more the
 * higher they are.
 */
export interface ThresholdScale {
  readonly name: 'Threshold' | 'Beta';
  readonly min: number;
  readonly max: number;
  /** What stands on the scale for a threshold, 0..1. */
  toValue(threshold: number): number;
  /** The threshold, 0..1, for what stands on the scale. */
  toThreshold(value: number): number;
}

/** Steps of the scale, by arrows and keys. */
export const SCALE_STEP = 0.01;

const THRESHOLDS: ThresholdScale = { name: 'Threshold', min: 0, max: 1, toValue: (t) => t, toThreshold: (t) => t };

/** @param solved beta of the project's multicut, null where it comes from none */
export function thresholdScale(solved: number | null): ThresholdScale {
  if (solved === null) return THRESHOLDS;
  return {
    name: 'Beta',
    min: 0.01,
    max: 0.99,
    toValue: (threshold) => betaOfThreshold(threshold, solved),
    // On the beta it was solved with the threshold is one half exactly: that is the multicut itself.
    toThreshold: (beta) => (Math.abs(beta - solved) < SCALE_STEP / 100 ? 0.5 : thresholdOfBeta(beta, solved)),
  };
}

/** A value moved by `steps` and rounded to a step, within the scale. */
export function stepOn({ min, max }: ThresholdScale, value: number, steps: number): number {
  const rounded = Math.round(value / SCALE_STEP + steps) * SCALE_STEP;
  return Math.min(max, Math.max(min, Math.round(rounded * 100) / 100));
}
