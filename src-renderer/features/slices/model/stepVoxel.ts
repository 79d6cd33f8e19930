import { mapZyx } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { SliceFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';

/**
 * The cross-hair after a number of slices: along an axis one voxel each, and at an angle as far as a voxel reaches along the
 * normal.
 */
export function stepSlices(position: Zyx, frame: SliceFrame, steps: number, voxelSizeNm: VoxelSizeNm): Zyx {
  const reachNm = mapZyx((axis) => Math.abs(frame.normal[axis]) * voxelSizeNm[axis]).reduce((a, b) => a + b);
  return mapZyx((axis) => position[axis] + (steps * reachNm * frame.normal[axis]) / voxelSizeNm[axis]);
}
