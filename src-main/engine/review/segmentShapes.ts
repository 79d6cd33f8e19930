import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';

import type { RankingScale } from './candidate.ts';

/** What is known of the form of a segment without reading its voxels. */
export interface SegmentShape {
  readonly voxels: number;
  readonly box: Box;
  /** Faces of the volume, 0 to 6, that its box reaches. */
  readonly faces: number;
  /** The longest extent of its box in units of a cube of its volume: 1 for a cube, above 3 for a process. */
  readonly elongation: number;
}

/** The form of a segment from its box. @param volume shape, z, y, x */
export function shapeOf(voxels: number, box: Box, volume: Zyx, voxelSizeNm: VoxelSizeNm | null): SegmentShape {
  const size = voxelSizeNm ?? [1, 1, 1];
  let faces = 0;
  let longest = 0;
  for (let axis = 0; axis < 3; axis++) {
    if (box.min[axis] === 0) faces++;
    if (box.max[axis] === volume[axis]) faces++;
    longest = Math.max(longest, (box.max[axis] - box.min[axis]) * size[axis]);
  }
  const cube = Math.cbrt(voxels * size[0] * size[1] * size[2]);
  return { voxels, box, faces, elongation: cube > 0 ? longest / cube : 0 };
}

/** A process that reaches one face of the volume at most has an end inside it. */
const PROCESS_ELONGATION = 3;

export function isOrphan({ faces }: SegmentShape): boolean {
  return faces === 0;
}

export function hasEndInside({ faces, elongation }: SegmentShape): boolean {
  return faces === 1 && elongation >= PROCESS_ELONGATION;
}

/** The part of all contacts of a fragment that lie on one segment for it to lie inside that. */
const ENCLOSED_SHARE = 0.9;

/** A small fragment within another segment. @param share the part of its contacts, in voxel pairs, that lie on that segment */
export function isEnclosed(
  { voxels, box }: SegmentShape,
  within: SegmentShape,
  share: number,
  { medianSize }: RankingScale,
): boolean {
  if (share < ENCLOSED_SHARE || Math.log2(voxels) > medianSize) return false;
  return [0, 1, 2].every((axis) => box.min[axis] >= within.box.min[axis] && box.max[axis] <= within.box.max[axis]);
}

/** Standard deviations above the median. A median distance is 0.6745 of them where sizes are log-normal (Hampel 1974). */
const OUTLIER = 3;
const DEVIATIONS_PER_SPREAD = 0.6745;

/** Far larger than the segments of the volume are. */
export function isOversize(voxels: number, { medianSize, spreadOfSizes }: RankingScale): boolean {
  return spreadOfSizes > 0 && (DEVIATIONS_PER_SPREAD * (Math.log2(voxels) - medianSize)) / spreadOfSizes >= OUTLIER;
}
