import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { betaOfThreshold, thresholdOfBeta } from './multicutBeta.ts';

const betas = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const logit = (p: number): number => Math.log(p / (1 - p));

describe('the threshold that stands for a beta', () => {
  it('is one half for the beta of the multicut itself', () => {
    expect(thresholdOfBeta(0.25, 0.25)).toBeCloseTo(0.5, 12);
    expect(thresholdOfBeta(0.8, 0.8)).toBeCloseTo(0.5, 12);
    expect(thresholdOfBeta(0.5, 0.25)).toBeCloseTo(0.75, 12);
  });

  it('leads back to the beta and rises with it', () => {
    fc.assert(
      fc.property(betas, betas, betas, (beta, higher, solved) => {
        expect(betaOfThreshold(thresholdOfBeta(beta, solved), solved)).toBeCloseTo(beta, 9);
        // Of the multicut itself exactly: merges that score one half are in it.
        expect(thresholdOfBeta(solved, solved)).toBe(0.5);
        expect(logit(solved) + logit(thresholdOfBeta(beta, solved))).toBeCloseTo(logit(beta), 9);
        if (higher > beta + 1e-9)
          expect(thresholdOfBeta(higher, solved)).toBeGreaterThan(thresholdOfBeta(beta, solved));
      }),
    );
  });
});
