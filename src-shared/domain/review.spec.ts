import fc from 'fast-check';
import { expect, it } from 'vitest';

import { chanceOfFalseMerge, chanceOfMissedMerge, reviewKey, viAtStake } from './review.ts';

const fraction = fc.double({ min: 0, max: 1, noNaN: true });

it('takes two segments for one the rather, the stronger their contact and the more of all contacts it is', () => {
  fc.assert(
    fc.property(fraction, fraction, fraction, fc.integer({ min: 1, max: 100_000 }), (a, b, other, area) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const chance = (affinity: number, share: number) => chanceOfMissedMerge({ affinity, area, share }, 0.5);
      expect(chance(low, other)).toBeLessThanOrEqual(chance(high, other));
      expect(chance(other, low)).toBeLessThanOrEqual(chance(other, high));
      expect(chanceOfFalseMerge(low, 0.5)).toBeGreaterThanOrEqual(chanceOfFalseMerge(high, 0.5));
    }),
  );
});

it('takes a large contact of low affinity for a membrane', () => {
  const chance = (area: number) => chanceOfMissedMerge({ affinity: 0.02, area, share: 0.2 }, 0.2);
  expect(chance(5000)).toBeLessThan(0.01);
  expect(chance(5)).toBeGreaterThan(0.1);
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
