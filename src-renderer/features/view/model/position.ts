import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

/** The nearest position inside a volume of `shape` voxels. */
export function clampToShape(voxel: Zyx, shape: Zyx): Zyx {
  return mapZyx((axis) => Math.min(Math.max(voxel[axis], 0), shape[axis] - 1e-6));
}

/** The middle of a volume of `shape` voxels: inside a slice, and in that slice where its picture fills a panel evenly. */
export function middleOf([z, y, x]: Zyx): Zyx {
  return [Math.floor(z / 2) + 0.5, y / 2, x / 2];
}
