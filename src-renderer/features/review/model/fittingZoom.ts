import type { Box, VoxelSizeNm } from '#domain/geometry.ts';

/** CSS pixels of a slice that an object is to fill, and the most that a voxel is to take. */
const FILLED_PIXELS = 320;
const MOST_PIXELS_PER_VOXEL = 4;
/** Around a place whose object is not known, and around one that is long: what matters lies at the contact. */
const SHORTEST_VOXELS = 60;
const LONGEST_VOXELS = 400;

/**
 * Nanometres for a pixel at which an object and what is around it can be seen.
 *
 * @param box of the object, z, y, x; null where it is not known
 */
export function fittingZoom(box: Box | null, voxelSizeNm: VoxelSizeNm | null): number {
  const size = voxelSizeNm ?? [1, 1, 1];
  const finest = Math.min(...size);
  const extent = box === null ? 0 : Math.max(...size.map((nm, axis) => (box.max[axis] - box.min[axis]) * nm));
  const wanted = Math.min(Math.max(extent, SHORTEST_VOXELS * finest), LONGEST_VOXELS * finest);
  return Math.max(wanted / FILLED_PIXELS, finest / MOST_PIXELS_PER_VOXEL);
}
