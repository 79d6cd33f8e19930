import { describe, expect, it } from 'vitest';

import { factorBetween, pyramidFactors } from './pyramid.ts';

describe('pyramidFactors', () => {
  it('makes anisotropic volumes isotropic before it halves every axis', () => {
    expect(pyramidFactors([128, 1024, 1024], [30, 6, 6])).toEqual([
      [1, 1, 1],
      [1, 2, 2],
      [1, 4, 4],
      [2, 8, 8],
      [4, 16, 16],
    ]);
  });

  it('halves every axis where the voxel size is not known', () => {
    expect(pyramidFactors([200, 200, 200], null)).toEqual([
      [1, 1, 1],
      [2, 2, 2],
      [4, 4, 4],
    ]);
  });

  it('never halves an axis of one voxel, and stops at one chunk', () => {
    expect(pyramidFactors([1, 100, 100], [1, 10, 10])).toEqual([
      [1, 1, 1],
      [1, 2, 2],
    ]);
    expect(pyramidFactors([64, 64, 64], [10, 10, 10])).toEqual([[1, 1, 1]]);
  });
});

describe('factorBetween', () => {
  it('is null for levels that are not nested', () => {
    expect(factorBetween([1, 2, 2], [2, 4, 4])).toEqual([2, 2, 2]);
    expect(factorBetween([1, 2, 2], [2, 3, 4])).toBeNull();
    expect(factorBetween([2, 2, 2], [1, 4, 4])).toBeNull();
  });
});
