import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { betaOfThreshold, thresholdOfBeta } from './multicutBeta.ts';

const betas = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe('beta and threshold of a multicut', () => {
  it('meet at one half, where the multicut itself is', () => {
    expect(thresholdOfBeta(0.25, 0.25)).toBeCloseTo(0.5, 12);
    expect(betaOfThreshold(0.5, 0.8)).toBeCloseTo(0.8, 12);
    expect(thresholdOfBeta(0.5, 0.25)).toBeCloseTo(0.75, 12);
  });

  it('lead back to each other and rise together', () => {
    fc.assert(
      fc.property(betas, betas, betas, (beta, higher, solved) => {
        expect(betaOfThreshold(thresholdOfBeta(beta, solved), solved)).toBeCloseTo(beta, 9);
        if (higher > beta + 1e-9)
          expect(thresholdOfBeta(higher, solved)).toBeGreaterThan(thresholdOfBeta(beta, solved));
      }),
    );
    expect([betaOfThreshold(0, 0.3), betaOfThreshold(1, 0.3)]).toEqual([0, 1]);
  });
});
