import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

export type PositionUnit = 'voxels' | 'nm';

/**
 * A position as a person types or pastes it: three numbers x, y, z with anything between them ("585, 236, 47", "585 236 47",
 * "(585.5; 236; 47)").
 *
 * @returns the voxel, z, y, x; null where it is no position of the volume
 */
export function parsePosition(text: string, unit: PositionUnit, shape: Zyx, voxelSizeNm: Zyx | null): Zyx | null {
  const numbers = text.match(/-?\d+(?:\.\d+)?/g)?.map(Number);
  if (numbers?.length !== 3) return null;
  const [x, y, z] = numbers;
  const given: Zyx = [z, y, x];
  if (unit === 'nm' && voxelSizeNm === null) return null;
  const voxel = unit === 'nm' ? mapZyx((axis) => given[axis] / voxelSizeNm![axis]) : given;
  return voxel.every((at, axis) => at >= 0 && at < shape[axis]) ? voxel : null;
}

/** A position as it is typed: "585, 236, 47". */
export function writePosition(voxel: Zyx, unit: PositionUnit, voxelSizeNm: Zyx | null): string {
  const [z, y, x] = unit === 'nm' && voxelSizeNm !== null ? mapZyx((axis) => voxel[axis] * voxelSizeNm[axis]) : voxel;
  return [x, y, z].map((at) => String(Math.round(at * 10) / 10)).join(', ');
}
