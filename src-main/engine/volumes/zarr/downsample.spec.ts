import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { voxelCount, type Zyx } from '#domain/geometry.ts';

import type { VoxelArray } from '../volume.ts';
import { coarserShape, downsample } from './downsample.ts';

/** The voxels of every window, collected voxel by voxel. */
function windowsOf(voxels: VoxelArray, shape: Zyx, factor: Zyx): (number | bigint)[][] {
  const coarse = coarserShape(shape, factor);
  const windows = Array.from({ length: voxelCount(coarse) }, (): (number | bigint)[] => []);
  for (let z = 0, i = 0; z < shape[0]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[2]; x++, i++) {
        const [cz, cy, cx] = [Math.floor(z / factor[0]), Math.floor(y / factor[1]), Math.floor(x / factor[2])];
        windows[(cz * coarse[1] + cy) * coarse[2] + cx]!.push(voxels[i]!);
      }
  return windows;
}

const extent = fc.integer({ min: 1, max: 7 });
const scale = fc.integer({ min: 1, max: 3 });
const shapes = fc.tuple(extent, extent, extent);
const factors = fc.tuple(scale, scale, scale);

describe('downsample', () => {
  it('averages, halves going up', () => {
    fc.assert(
      fc.property(shapes, factors, fc.infiniteStream(fc.nat(255)), (shape, factor, values) => {
        const voxels = Uint8Array.from([...values.take(voxelCount(shape))]);
        const expected = windowsOf(voxels, shape, factor).map((window) => {
          const sum = window.reduce<number>((total, value) => total + Number(value), 0);
          return Math.floor(sum / window.length + 0.5);
        });
        expect([...downsample(voxels, shape, factor, 'mean')]).toEqual(expected);
      }),
    );
  });

  it('averages 64-bit integers exactly, negative ones too', () => {
    const huge = BigInt64Array.of(2n ** 60n + 1n, 2n ** 60n + 2n, -3n, -2n);
    expect(downsample(huge, [1, 1, 4], [1, 1, 2], 'mean')).toEqual(BigInt64Array.of(2n ** 60n + 2n, -2n));
  });

  it('keeps fractions of floats', () => {
    expect(downsample(Float32Array.of(1, 2), [1, 1, 2], [1, 1, 2], 'mean')).toEqual(Float32Array.of(1.5));
  });

  it('takes the most frequent label, the first of equals', () => {
    fc.assert(
      fc.property(shapes, factors, fc.infiniteStream(fc.bigInt({ min: 0n, max: 3n })), (shape, factor, values) => {
        const voxels = BigUint64Array.from([...values.take(voxelCount(shape))].map((value) => value + 2n ** 60n));
        const expected = windowsOf(voxels, shape, factor).map((window) => {
          const count = (value: number | bigint) => window.filter((other) => other === value).length;
          return window.reduce((best, value) => (count(value) > count(best) ? value : best));
        });
        expect([...downsample(voxels, shape, factor, 'mode')]).toEqual(expected);
      }),
    );
  });
});
