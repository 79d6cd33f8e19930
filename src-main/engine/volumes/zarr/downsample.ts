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
  const out = allocateVoxels(voxelTypeOf(voxels), voxelCount(coarserShape(shape, factor)));
  if (reduction === 'mode') reduceByMode(voxels, shape, factor, out);
  else if (out instanceof BigUint64Array || out instanceof BigInt64Array)
    reduceByMeanOfBigints(voxels as BigInt64Array, shape, factor, out);
  else reduceByMean(voxels as Float64Array, shape, factor, out as Float64Array);
  return out;
}

/** Sums the rows of a row of windows into one accumulator, which the processor streams through. */
function reduceByMean(voxels: Float64Array, shape: Zyx, factor: Zyx, out: Float64Array): void {
  const [depth, rows, columns] = shape;
  const coarseColumns = Math.ceil(columns / factor[2]);
  const sums = new Float64Array(coarseColumns);
  const isInteger = !(out instanceof Float32Array || out instanceof Float64Array);
  let target = 0;
  for (let z = 0; z < depth; z += factor[0])
    for (let y = 0; y < rows; y += factor[1]) {
      const zEnd = Math.min(z + factor[0], depth);
      const yEnd = Math.min(y + factor[1], rows);
      sums.fill(0);
      for (let wz = z; wz < zEnd; wz++)
        for (let wy = y; wy < yEnd; wy++) {
          const row = (wz * rows + wy) * columns;
          if (factor[2] === 2) {
            for (let x = 0, c = 0; x + 1 < columns; x += 2, c++) sums[c]! += voxels[row + x]! + voxels[row + x + 1]!;
            if (columns % 2 === 1) sums[coarseColumns - 1]! += voxels[row + columns - 1]!;
          } else for (let x = 0; x < columns; x++) sums[Math.floor(x / factor[2])]! += voxels[row + x]!;
        }
      const rowsSummed = (zEnd - z) * (yEnd - y);
      for (let c = 0; c < coarseColumns; c++) {
        const mean = sums[c]! / (rowsSummed * (Math.min((c + 1) * factor[2], columns) - c * factor[2]));
        out[target++] = isInteger ? Math.floor(mean + 0.5) : mean;
      }
    }
}

/** Visits every window in raster order with the voxels in it, in raster order too. */
function forEachWindow<T extends VoxelArray>(
  voxels: T,
  shape: Zyx,
  factor: Zyx,
  visit: (window: T, filled: number, target: number) => void,
): void {
  const [depth, rows, columns] = shape;
  const window = allocateVoxels(voxelTypeOf(voxels), voxelCount(factor)) as T;
  let target = 0;
  for (let z = 0; z < depth; z += factor[0])
    for (let y = 0; y < rows; y += factor[1])
      for (let x = 0; x < columns; x += factor[2]) {
        const zEnd = Math.min(z + factor[0], depth);
        const yEnd = Math.min(y + factor[1], rows);
        const xEnd = Math.min(x + factor[2], columns);
        let filled = 0;
        for (let wz = z; wz < zEnd; wz++)
          for (let wy = y; wy < yEnd; wy++) {
            const row = (wz * rows + wy) * columns;
            for (let wx = x; wx < xEnd; wx++) window[filled++] = voxels[row + wx]!;
          }
        visit(window, filled, target++);
      }
}

/** Windows are small and mostly of one value: comparing all pairs, stopping at a majority, beats a map. */
function reduceByMode(voxels: VoxelArray, shape: Zyx, factor: Zyx, out: VoxelArray): void {
  forEachWindow(voxels, shape, factor, (window, filled, target) => {
    let best = window[0]!;
    let bestCount = 0;
    for (let i = 0; i < filled && bestCount * 2 < filled; i++) {
      const value = window[i]!;
      let count = 0;
      for (let j = 0; j < filled; j++) if (window[j] === value) count++;
      if (count > bestCount) {
        best = value;
        bestCount = count;
      }
    }
    out[target] = best;
  });
}

function reduceByMeanOfBigints(
  voxels: BigInt64Array,
  shape: Zyx,
  factor: Zyx,
  out: BigUint64Array | BigInt64Array,
): void {
  forEachWindow(voxels, shape, factor, (window, filled, target) => {
    let total = 0n;
    for (let i = 0; i < filled; i++) total += window[i]!;
    // Halves go up, for negative means too: the floor of (2 total + count) / (2 count).
    out[target] = floorDivide(2n * total + BigInt(filled), 2n * BigInt(filled));
  });
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}
