import type { SupervoxelGeometry } from '#contract/supervoxelBytes.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';

/** What is known of the form of a segment without reading its voxels. */
export interface SegmentShape {
  readonly voxels: number;
  /** Faces of the volume, 0 to 6, that its box reaches. */
  readonly faces: number;
  /** The longest extent of its box in units of a cube of its volume: 1 for a cube, above 3 for a process. */
  readonly elongation: number;
  readonly boxMin: Zyx;
  readonly boxMax: Zyx;
}

/** The form of a set of supervoxels, from their boxes. */
export function shapeOf(
  members: Uint32Array,
  { sizes, boxes }: SupervoxelGeometry,
  volume: Zyx,
  voxelSizeNm: VoxelSizeNm | null,
): SegmentShape {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [0, 0, 0];
  let voxels = 0;
  for (const id of members) {
    voxels += sizes[id - 1] ?? 0;
    for (let axis = 0; axis < 3; axis++) {
      min[axis] = Math.min(min[axis], boxes[6 * (id - 1) + axis]);
      max[axis] = Math.max(max[axis], boxes[6 * (id - 1) + 3 + axis]);
    }
  }
  const size = voxelSizeNm ?? [1, 1, 1];
  let faces = 0;
  let longest = 0;
  for (let axis = 0; axis < 3; axis++) {
    if (min[axis] === 0) faces++;
    if (max[axis] === volume[axis]) faces++;
    longest = Math.max(longest, (max[axis] - min[axis]) * size[axis]);
  }
  const cube = Math.cbrt(voxels * size[0] * size[1] * size[2]);
  return { voxels, faces, elongation: cube > 0 ? longest / cube : 0, boxMin: min, boxMax: max };
}

/** A process that reaches one face of the volume at most has an end inside it. */
const PROCESS_ELONGATION = 3;

export function isOrphan({ faces }: SegmentShape): boolean {
  return faces === 0;
}

export function hasEndInside({ faces, elongation }: SegmentShape): boolean {
  return faces === 1 && elongation >= PROCESS_ELONGATION;
}
