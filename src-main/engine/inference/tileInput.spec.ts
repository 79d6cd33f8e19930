import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

import { makeGrid } from './grid.ts';
import { memoryReader, noise, volumeOf } from './testVolumes.ts';
import { readModelBlock, readTile, reflect } from './tileInput.ts';

describe('reflect', () => {
  it('mirrors at the centres of the outermost voxels, as often as it takes', () => {
    expect([-4, -3, -2, -1, 0, 1, 2, 3, 4, 5].map((index) => reflect(index, 3))).toEqual([
      0, 1, 2, 1, 0, 1, 2, 1, 0, 1,
    ]);
    expect([-2, 0, 5].map((index) => reflect(index, 1))).toEqual([0, 0, 0]);
  });
});

describe('readTile', () => {
  it('is the image inside the volume and its mirror image outside', async () => {
    const shape: Zyx = [3, 5, 6];
    const voxels = noise(shape);
    const reader = memoryReader(voxels, shape);
    const origin: Zyx = [-5, -4, -3];
    const tileShape: Zyx = [11, 12, 12];
    const tile = await readTile(reader, makeGrid(shape, [1, 1, 1]), origin, tileShape);
    const expected = volumeOf(tileShape, (z, y, x) => {
      const at = [z, y, x].map((value, axis) => reflect(value + origin[axis], shape[axis]));
      return voxels[(at[0] * shape[1] + at[1]) * shape[2] + at[2]];
    });
    expect(tile).toEqual(expected);
  });

  it('reads the image on the other side of a region, and mirrors only at the edge of the volume', async () => {
    const shape: Zyx = [1, 1, 12];
    const reader = memoryReader(
      Uint8Array.from({ length: 12 }, (_, i) => i),
      shape,
    );
    expect([...(await readTile(reader, makeGrid(shape, [1, 1, 1]), [0, 0, 6], [1, 1, 8]))]).toEqual([
      6, 7, 8, 9, 10, 11, 10, 9,
    ]);
  });
});

describe('an image with voxels that are no numbers', () => {
  it.each([
    [NaN, /memory holds NaN at z 1, y 2, x 3, .*choose a region/],
    [-Infinity, /memory holds an infinity at z 1, y 2, x 3/],
  ])('names the voxel of %d', async (value, message) => {
    const shape: Zyx = [2, 4, 6];
    const voxels = volumeOf(shape, (z, y, x) => (z === 1 && y === 2 && x === 3 ? value : 0.5));
    const read = (tileShape: Zyx) =>
      readTile(memoryReader(voxels, shape), makeGrid(shape, [1, 1, 1]), [0, 0, 0], tileShape);
    await expect(read([2, 4, 8])).rejects.toMatchObject({ kind: 'bad-file', message: expect.stringMatching(message) });
    await expect(read([1, 4, 6])).resolves.toHaveLength(24);
  });
});

describe('readModelBlock', () => {
  it('averages a block of source voxels for each coarser one', async () => {
    const shape: Zyx = [2, 5, 7];
    const voxels = noise(shape);
    const grid = makeGrid(shape, [1, 2, 3]);
    const found = await readModelBlock(memoryReader(voxels, shape), grid, { min: [0, 0, 0], max: grid.modelShape });
    const expected = volumeOf(grid.modelShape, (z, y, x) => {
      let [sum, count] = [0, 0];
      for (let sy = 2 * y; sy < Math.min(2 * y + 2, shape[1]); sy++)
        for (let sx = 3 * x; sx < Math.min(3 * x + 3, shape[2]); sx++) {
          sum += voxels[(z * shape[1] + sy) * shape[2] + sx];
          count++;
        }
      return sum / count;
    });
    found.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 4));
  });

  it('gives a voxel the same bits whatever block is read', async () => {
    const shape: Zyx = [9, 20, 17];
    const reader = memoryReader(noise(shape), shape);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom<Zyx>([2, 1.7, 3], [0.5, 2, 1], [1, 1.3, 0.7]), fc.nat(), async (factor, at) => {
        const grid = makeGrid(shape, factor);
        const whole = await readModelBlock(reader, grid, { min: [0, 0, 0], max: grid.modelShape });
        const index = mapZyx((axis) => (at >> (3 * axis)) % grid.modelShape[axis]);
        const one = await readModelBlock(reader, grid, { min: index, max: mapZyx((axis) => index[axis] + 1) });
        expect(one[0]).toBe(whole[(index[0] * grid.modelShape[1] + index[1]) * grid.modelShape[2] + index[2]]);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses 64-bit labels as an image', async () => {
    const reader = memoryReader(new BigUint64Array(8), [2, 2, 2]);
    const read = readModelBlock(reader, makeGrid([2, 2, 2], [1, 1, 1]), { min: [0, 0, 0], max: [2, 2, 2] });
    await expect(read).rejects.toMatchObject({ kind: 'unsupported' });
  });
});
