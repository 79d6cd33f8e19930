import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

/** The nearest position inside a volume of `shape` voxels. */
export function clampToShape(voxel: Zyx, shape: Zyx): Zyx {
  return mapZyx((axis) => Math.min(Math.max(voxel[axis], 0), shape[axis] - 1e-6));
}
