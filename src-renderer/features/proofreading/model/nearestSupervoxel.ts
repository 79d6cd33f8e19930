import type { Zyx } from '#domain/geometry.ts';

/** A supervoxel of an object, and the voxel of it that was meant. */
export interface FoundSupervoxel {
  readonly supervoxel: number;
  /** z, y, x, whole. */
  readonly voxel: Zyx;
}

/**
 * The voxel of an object that is nearest to a place, in nanometres. A surface lies between voxels and is simplified, so the voxel right
 * under it often belongs to a neighbour.
 *
 * @param labels supervoxels of a box, z, y, x with x fastest
 * @param min the first voxel of the box
 * @param isMember whether a supervoxel belongs to the object
 */
export function nearestSupervoxel(
  labels: ArrayLike<number>,
  min: Zyx,
  shape: Zyx,
  place: Zyx,
  voxelSizeNm: Zyx,
  isMember: (supervoxel: number) => boolean,
): FoundSupervoxel | null {
  let found: FoundSupervoxel | null = null;
  let least = Infinity;
  for (let z = 0, at = 0; z < shape[0]; z++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[2]; x++, at++) {
        if (!isMember(labels[at])) continue;
        const voxel: Zyx = [min[0] + z, min[1] + y, min[2] + x];
        const distance = voxel.reduce(
          (sum, value, axis) => sum + ((value + 0.5 - place[axis]) * voxelSizeNm[axis]) ** 2,
          0,
        );
        if (distance >= least) continue;
        least = distance;
        found = { supervoxel: labels[at], voxel };
      }
  return found;
}

/** A box of about `reachNm` around a place, within the volume. */
export function boxAround(place: Zyx, shape: Zyx, voxelSizeNm: Zyx, reachNm: number): { min: Zyx; shape: Zyx } {
  const low = (axis: 0 | 1 | 2) => Math.max(0, Math.floor(place[axis] - reachNm / voxelSizeNm[axis]));
  const high = (axis: 0 | 1 | 2) => Math.min(shape[axis], Math.ceil(place[axis] + reachNm / voxelSizeNm[axis]) + 1);
  const min: Zyx = [low(0), low(1), low(2)];
  return { min, shape: [high(0) - min[0], high(1) - min[1], high(2) - min[2]] };
}
