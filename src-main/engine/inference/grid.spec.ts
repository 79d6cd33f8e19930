import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxOfShape } from '#domain/geometry.ts';

import { applyTaps, inputTaps, makeGrid, outputTaps, tapsRange } from './grid.ts';
import type { Taps } from './grid.ts';

const lineGrid = (size: number, factor: number) => makeGrid([1, 1, size], [1, 1, factor]);

function filter(values: readonly number[], taps: Taps, min: number): number[] {
  const block = { box: boxOfShape([1, 1, values.length]), values: Float32Array.from(values) };
  return [...applyTaps(block, 2, taps, min).values];
}

const factors = fc
  .oneof(fc.integer({ min: 2, max: 5 }), fc.double({ min: 0.2, max: 5, noNaN: true }))
  .filter((f) => f !== 1);

describe('makeGrid', () => {
  it('gives the model as many voxels as it takes to cover the source', () => {
    expect(makeGrid([10, 11, 12], [1, 2, 0.5]).modelShape).toEqual([10, 6, 24]);
    expect(makeGrid([3, 30, 30], [3, 30 / 10, 10 / 30]).modelShape).toEqual([1, 10, 90]);
  });
});

describe('inputTaps', () => {
  it('averages over the extent of a coarser voxel, and over what there is at the edge', () => {
    expect(filter([1, 3, 5, 7, 10], inputTaps(lineGrid(5, 2), 2, 0, 3), 0)).toEqual([2, 6, 10]);
    const [first, second] = filter([2, 4, 8], inputTaps(lineGrid(3, 1.5), 2, 0, 2), 0);
    expect(first).toBeCloseTo((2 + 0.5 * 4) / 1.5, 6);
    expect(second).toBeCloseTo((0.5 * 4 + 8) / 1.5, 6);
  });

  it('interpolates between centres where the model is finer', () => {
    expect(filter([0, 4], inputTaps(lineGrid(2, 0.5), 2, 0, 4), 0)).toEqual([0, 1, 3, 4]);
  });

  it('keeps a constant and stays inside the source for any size and factor', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), factors, (size, factor) => {
        const grid = lineGrid(size, factor);
        const taps = inputTaps(grid, 2, 0, grid.modelShape[2]);
        const [low, high] = tapsRange(taps);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(size);
        for (const value of filter(Array(size).fill(7), taps, 0)) expect(value).toBeCloseTo(7, 5);
      }),
    );
  });
});

describe('outputTaps', () => {
  it('puts values of voxels at centres and values of links at faces', () => {
    const grid = lineGrid(8, 2);
    // Centres of source voxels 2 and 3 lie a quarter of a model voxel to either side of model centre 1.
    expect(filter([0, 10, 20, 30], outputTaps(grid, 2, 2, 4, 0), 2)).toEqual([7.5, 12.5]);
    // The face below source voxel 2 is the face below model voxel 1; the next one is halfway to model voxel 2.
    expect(filter([0, 10, 20, 30], outputTaps(grid, 2, 2, 4, -1), 2)).toEqual([10, 15]);
  });

  it('goes on with the outermost value beyond the outermost centre', () => {
    const grid = lineGrid(5, 2);
    expect(filter([3, 5, 9], outputTaps(grid, 2, 0, 1, 0), 0)).toEqual([3]);
    expect(filter([3, 5, 9], outputTaps(grid, 2, 4, 5, 0), 4)[0]).toBeCloseTo(8, 6);
  });

  it('is the identity where nothing is resampled', () => {
    expect(filter([3, 5, 9], outputTaps(lineGrid(3, 1), 2, 0, 3, -1), 0)).toEqual([3, 5, 9]);
  });
});

describe('taps', () => {
  it('give a voxel the same bits in whatever range it is computed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        factors,
        fc.nat(),
        fc.constantFrom(0, -1),
        (size, factor, at, offset) => {
          const grid = lineGrid(size, factor);
          for (const [taps, count] of [
            [(a: number, b: number) => inputTaps(grid, 2, a, b), grid.modelShape[2]],
            [(a: number, b: number) => outputTaps(grid, 2, a, b, offset), size],
          ] as const) {
            const source = Array.from({ length: 200 }, (_, i) => Math.sin(i * 7.3));
            const index = at % count;
            expect(filter(source, taps(index, index + 1), index)[0]).toBe(filter(source, taps(0, count), 0)[index]);
          }
        },
      ),
    );
  });
});
