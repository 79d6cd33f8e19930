import fc from 'fast-check';
import { expect, it } from 'vitest';

import { chanceOfOne, reviewKey, viAtStake } from './review.ts';

it('is undecided at the threshold and surer away from it', () => {
  expect(chanceOfOne(0.5, 0.5)).toBe(0.5);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      expect(chanceOfOne(low, 0.5)).toBeLessThanOrEqual(chanceOfOne(high, 0.5));
    }),
  );
});

it('stakes the entropy of parting a volume', () => {
  // Two halves of everything: one bit tells them apart.
  expect(viAtStake(4, 4, 8)).toBe(1);
  expect(viAtStake(0, 4, 8)).toBe(0);
  expect(viAtStake(1, 1, 8)).toBe(0.25);
});

it('knows a question whichever way it is asked', () => {
  expect(reviewKey('orphan', 7, 3)).toBe(reviewKey('orphan', 3, 7));
});
