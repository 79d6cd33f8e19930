import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

/** A set of voxels in a box. */
export interface VoxelMask {
  readonly window: Box;
  /** One element per voxel of the window, z, y, x: 1 for those of the set, 0 for the others. */
  readonly voxels: Uint8Array;
}

export function emptyMask(window: Box): VoxelMask {
  return { window, voxels: new Uint8Array(voxelCount(boxShape(window))) };
}

/** Index of a voxel of a window in its arrays. */
export function indexIn({ min, max }: Box, [z, y, x]: Zyx): number {
  return ((z - min[0]) * (max[1] - min[1]) + y - min[1]) * (max[2] - min[2]) + x - min[2];
}
