import { mapZyx, voxelCount, type Zyx } from '#domain/geometry.ts';

import type { VoxelArray } from '../volume.ts';
import { allocateVoxels, voxelTypeOf } from '../voxelTypes.ts';

/** How the voxels of a window become one voxel of a coarser level. */
export type Reduction = 'mean' | 'mode';

/** The shape of a level that is `factor` times coarser; a window cut by the edge still gives a voxel. */
export function coarserShape(shape: Zyx, factor: Zyx): Zyx {
  return mapZyx((axis) => Math.ceil(shape[axis] / factor[axis]));
}

/**
 * Reduces every window of `factor` voxels of a dense array (z, y, x, x fastest) to one voxel.
 *
 * - 'mean': the average, rounded to the nearest integer for integer types (halves go up); for intensities.
 * - 'mode': the most frequent value, the first in raster order among equals; for labels, which must never be mixed.
 *   (Zero, "no label", counts like any other value.)
 */
export function downsample(voxels: VoxelArray, shape: Zyx, factor: Zyx, reduction: Reduction): VoxelArray {
  const coarse = coarserShape(shape, factor);
  const out = allocateVoxels(voxelTypeOf(voxels), voxelCount(coarse)) as Uint8Array;
  const reduce = reduction === 'mode' ? modeOf : meanFor(voxels);
  const window = new Array<number>(voxelCount(factor)) as (number | bigint)[];
  const input = voxels as Uint8Array;
  let target = 0;
  for (let z = 0; z < shape[0]; z += factor[0])
    for (let y = 0; y < shape[1]; y += factor[1])
      for (let x = 0; x < shape[2]; x += factor[2]) {
        let filled = 0;
        const [zEnd, yEnd, xEnd] = [
          Math.min(z + factor[0], shape[0]),
          Math.min(y + factor[1], shape[1]),
          Math.min(x + factor[2], shape[2]),
        ];
        for (let wz = z; wz < zEnd; wz++)
          for (let wy = y; wy < yEnd; wy++) {
            const row = (wz * shape[1] + wy) * shape[2];
            for (let wx = x; wx < xEnd; wx++) window[filled++] = input[row + wx]!;
          }
        out[target++] = reduce(window, filled) as number;
      }
  return out;
}

type Reduce = (window: readonly (number | bigint)[], filled: number) => number | bigint;

/** The most frequent of the first `filled` values. Windows are small: comparing all pairs beats a map. */
const modeOf: Reduce = (window, filled) => {
  const first = window[0]!;
  let best = first;
  let bestCount = 0;
  for (let i = 0; i < filled && bestCount * 2 <= filled; i++) {
    const value = window[i]!;
    let count = 0;
    for (let j = 0; j < filled; j++) if (window[j] === value) count++;
    if (count > bestCount) {
      best = value;
      bestCount = count;
    }
  }
  return best;
};

function meanFor(voxels: VoxelArray): Reduce {
  if (voxels instanceof BigUint64Array || voxels instanceof BigInt64Array) return meanOfBigints;
  return voxels instanceof Float32Array || voxels instanceof Float64Array ? meanOfFloats : meanOfIntegers;
}

const sum = (window: readonly (number | bigint)[], filled: number): number => {
  let total = 0;
  for (let i = 0; i < filled; i++) total += window[i] as number;
  return total;
};

const meanOfFloats: Reduce = (window, filled) => sum(window, filled) / filled;

const meanOfIntegers: Reduce = (window, filled) => Math.floor(sum(window, filled) / filled + 0.5);

const meanOfBigints: Reduce = (window, filled) => {
  let total = 0n;
  for (let i = 0; i < filled; i++) total += window[i] as bigint;
  // Division of bigints cuts towards zero; adding half first rounds what is not negative.
  const count = BigInt(filled);
  return total >= 0n ? (total + count / 2n) / count : -((-total + (count - 1n) / 2n) / count);
};
