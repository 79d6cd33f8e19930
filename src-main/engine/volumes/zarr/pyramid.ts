import { mapZyx, type VoxelSizeNm, type Zyx } from '#domain/geometry.ts';

import { coarserShape } from './downsample.ts';

const NO_SCALING: Zyx = [1, 1, 1];

/**
 * The downscaling of each level of a pyramid against the first, which is 1, 1, 1. Every level halves the axes along
 * which voxels are finest, so that anisotropic volumes become isotropic first, until the volume fits into one chunk.
 */
export function pyramidFactors(shape: Zyx, voxelSizeNm: VoxelSizeNm | null, chunk = 64): Zyx[] {
  const size = voxelSizeNm ?? NO_SCALING;
  const factors: Zyx[] = [NO_SCALING];
  for (;;) {
    const last = factors.at(-1)!;
    const extents = coarserShape(shape, last);
    if (Math.max(...extents) <= chunk) return factors;
    const sizes = mapZyx((axis) => size[axis] * last[axis]);
    // An axis of one voxel cannot be halved, and must not hold back the others.
    const finest = Math.min(...sizes.filter((_, axis) => extents[axis]! > 1));
    factors.push(
      mapZyx((axis) => (extents[axis] > 1 && sizes[axis] < finest * Math.SQRT2 ? last[axis] * 2 : last[axis])),
    );
  }
}

/** The scaling from one level of a pyramid to a coarser one; null where it is not a whole number along each axis. */
export function factorBetween(finer: Zyx, coarser: Zyx): Zyx | null {
  const factor = mapZyx((axis) => coarser[axis] / finer[axis]);
  return factor.every((value) => Number.isInteger(value) && value >= 1) ? factor : null;
}
