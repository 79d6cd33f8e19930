import type { Zyx } from '#domain/geometry.ts';

const STEP = 1.15;
const FIRST_VOXELS = 6;
const LEAST_VOXELS = 0.5;
const MOST_VOXELS = 120;

/** Radius that a brush begins with, nanometres: some voxels of the finest axis. */
export function firstRadius(voxelSizeNm: Zyx): number {
  return FIRST_VOXELS * Math.min(...voxelSizeNm);
}

/** The radius after steps of the wheel, within what can be seen and what the engine takes at once. */
export function resized(radiusNm: number, steps: number, voxelSizeNm: Zyx): number {
  const voxel = Math.min(...voxelSizeNm);
  return Math.min(MOST_VOXELS * voxel, Math.max(LEAST_VOXELS * voxel, radiusNm * STEP ** steps));
}
