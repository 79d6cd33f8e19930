import fc from 'fast-check';
import { expect, it } from 'vitest';

import {
  chanceOfFalseMerge,
  chanceOfMissedMerge,
  isDivision,
  isSelfTouching,
  REVIEW_KINDS,
  reviewKey,
  viAtStake,
} from './review.ts';

const fraction = fc.double({ min: 0, max: 1, noNaN: true });

it('takes two segments for one the rather, the stronger their contact and the more of all contacts it is', () => {
  fc.assert(
    fc.property(fraction, fraction, fraction, fc.integer({ min: 1, max: 100_000 }), (a, b, other, area) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const chance = (affinity: number, share: number) => chanceOfMissedMerge({ affinity, area, share, faces: 3 }, 0.5);
      expect(chance(low, other)).toBeLessThanOrEqual(chance(high, other));
      expect(chance(other, low)).toBeLessThanOrEqual(chance(other, high));
      const divided = (affinity: number) => chanceOfFalseMerge({ affinity, awayAffinity: null }, 0.5);
      expect(divided(low)).toBeGreaterThanOrEqual(divided(high));
    }),
  );
});

it('takes a large contact of low affinity for a membrane', () => {
  const chance = (area: number) => chanceOfMissedMerge({ affinity: 0.02, area, share: 0.2, faces: 2 }, 0.2);
  expect(chance(5000)).toBeLessThan(0.01);
  expect(chance(5)).toBeGreaterThan(0.1);
});

it('takes a piece that has lost its ends for a part of something the rather', () => {
  const chance = (faces: number) => chanceOfMissedMerge({ affinity: 0.1, area: 100, share: 0.3, faces }, 0.2);
  expect(chance(0)).toBeGreaterThan(chance(1));
  expect(chance(1)).toBeGreaterThan(chance(2));
  expect(chance(2)).toBe(chance(6));
});

it('takes parts that touch across a membrane, away from where they hang together, for two objects the rather', () => {
  const chance = (awayAffinity: number | null) => chanceOfFalseMerge({ affinity: 0.3, awayAffinity }, 0.2);
  expect(chance(0.02)).toBeGreaterThan(chance(null));
  expect(chance(0.3)).toBe(chance(null));
  expect(isSelfTouching({ affinity: 0.9, awayAffinity: 0.09 }, 0.2)).toBe(true);
  expect(isSelfTouching({ affinity: 0.9, awayAffinity: 0.11 }, 0.2)).toBe(false);
});

it('knows of each kind whether a yes divides', () => {
  expect(REVIEW_KINDS.filter(isDivision)).toEqual(['false-merge', 'self-touching', 'oversize']);
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
