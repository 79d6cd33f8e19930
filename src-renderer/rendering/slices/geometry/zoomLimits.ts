import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';

import { PLANE_AXES } from './planeAxes.ts';
import type { Plane } from '#contract/values.ts';

/** A voxel is never drawn wider than this many CSS pixels. */
const WIDEST_VOXEL_PX = 64;
/** The volume is never drawn smaller than this many CSS pixels. */
const SMALLEST_VOLUME_PX = 64;

/** A scale (nanometres per CSS pixel) within sensible bounds for a volume. */
export function clampScale(nmPerPixel: number, shape: Zyx, voxelSizeNm: VoxelSizeNm): number {
  const finest = Math.min(...voxelSizeNm) / WIDEST_VOXEL_PX;
  const longest = Math.max(...shape.map((voxels, axis) => voxels * voxelSizeNm[axis]));
  return Math.min(Math.max(nmPerPixel, finest), Math.max(finest, longest / SMALLEST_VOLUME_PX));
}

/**
 * The scale at which a slice of the volume just fits into a panel ('contain'), or just fills it ('cover').
 *
 * @param size width and height of the panel, CSS pixels
 */
export function scaleToFit(
  mode: 'contain' | 'cover',
  plane: Plane,
  shape: Zyx,
  voxelSizeNm: VoxelSizeNm,
  size: readonly [width: number, height: number],
): number {
  const { column, row } = PLANE_AXES[plane];
  const across = (shape[column] * voxelSizeNm[column]) / Math.max(1, size[0]);
  const downwards = (shape[row] * voxelSizeNm[row]) / Math.max(1, size[1]);
  return clampScale(mode === 'contain' ? Math.max(across, downwards) : Math.min(across, downwards), shape, voxelSizeNm);
}
