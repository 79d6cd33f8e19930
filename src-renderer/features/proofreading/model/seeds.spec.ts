import { describe, expect, it } from 'vitest';

import type { Seed } from './seeds.ts';
import { countsBySide, lackOf, swapSide, usedSides, withSeed } from './seeds.ts';

const seed = (side: number, x: number): Seed => ({ side, supervoxel: 7, voxel: [1, 2, x] });

describe('seeds', () => {
  it('on one voxel replace each other', () => {
    const seeds = withSeed(withSeed([], seed(0, 3)), seed(1, 3));
    expect(seeds).toEqual([seed(1, 3)]);
  });

  it('of two sides are always counted, of others when there are any', () => {
    expect(countsBySide([seed(0, 1), seed(4, 2)], 0)).toEqual([
      { side: 0, count: 1 },
      { side: 1, count: 0 },
      { side: 4, count: 1 },
    ]);
    expect(usedSides([seed(4, 1), seed(0, 2), seed(4, 3)])).toEqual([0, 4]);
  });

  it('say which side lacks one', () => {
    expect(lackOf([])).toBe('Place a seed on each side');
    expect(lackOf([seed(0, 1)])).toBe('Place a seed on side 2');
    expect(lackOf([seed(1, 1)])).toBe('Place a seed on side 1');
    expect(lackOf([seed(0, 1), seed(1, 2)])).toBeNull();
  });

  it('swap between the two first sides', () => {
    expect([swapSide(0), swapSide(1), swapSide(5)]).toEqual([1, 0, 0]);
  });
});
