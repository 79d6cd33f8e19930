import {
  blocksCovering,
  boxOfShape,
  boxShape,
  growBox,
  intersectBoxes,
  mapZyx,
  voxelCount,
  type Box,
  type Zyx,
} from '#domain/geometry.ts';
import { surfaceApron } from '#native/surfaceNets.ts';

import type { MeshLevel } from './meshLevels.ts';

/** Supervoxels and where they lie. Row i of `boxes` (first z, y, x, last + 1 z, y, x, in voxels of level 0) belongs to `ids[i]`. */
export interface SupervoxelBoxes {
  /** Rising. */
  readonly ids: Uint32Array;
  /** Voxels of level 0. */
  readonly sizes: Float64Array;
  readonly boxes: Uint32Array;
  /** Changes whenever the voxels of the supervoxel do. */
  readonly versions: Uint32Array;
}

/** The fragments of some supervoxels in one block. */
export interface BlockTask {
  /** Number of the block on the level's lattice, raster order. */
  readonly index: number;
  /** Position of the block on the lattice, z, y, x. */
  readonly position: Zyx;
  readonly box: Box;
  /** Rows of the supervoxels, rising. */
  readonly rows: number[];
  /** The voxels that are needed: what the boxes of the supervoxels fill of the block and its apron. */
  readonly window: Box;
}

/** The lattice of blocks of a level. */
export function blockLattice({ shape, blockEdge }: MeshLevel): Zyx {
  return mapZyx((axis) => Math.ceil(shape[axis] / blockEdge));
}

/**
 * The blocks in which supervoxels may have a part of their surface, in raster order. A face between two voxels belongs to the
 * block of the one with the lower coordinates, so a supervoxel that begins with a block has faces in the block before.
 */
export function planBlockTasks(level: MeshLevel, { ids, boxes }: Pick<SupervoxelBoxes, 'ids' | 'boxes'>): BlockTask[] {
  const bounds = boxOfShape(level.shape);
  const lattice = blockLattice(level);
  const { blockEdge } = level;
  const apron = surfaceApron();
  const tasks = new Map<number, { box: Box; position: Zyx; rows: number[]; min: number[]; max: number[] }>();
  for (let row = 0; row < ids.length; row++) {
    const box = boxAtLevel(boxes, row, level);
    const faces = intersectBoxes({ min: mapZyx((axis) => box.min[axis] - 1), max: box.max }, bounds);
    for (const part of blocksCovering(faces, [blockEdge, blockEdge, blockEdge])) {
      const position = mapZyx((axis) => Math.floor(part.min[axis] / blockEdge));
      const index = (position[0] * lattice[1] + position[1]) * lattice[2] + position[2];
      let task = tasks.get(index);
      if (task === undefined) {
        const corner = mapZyx((axis) => position[axis] * blockEdge);
        const whole = intersectBoxes({ min: corner, max: mapZyx((axis) => corner[axis] + blockEdge) }, bounds);
        task = { box: whole, position, rows: [], min: [...box.min], max: [...box.max] };
        tasks.set(index, task);
      }
      task.rows.push(row);
      for (let axis = 0; axis < 3; axis++) {
        task.min[axis] = Math.min(task.min[axis]!, box.min[axis]!);
        task.max[axis] = Math.max(task.max[axis]!, box.max[axis]!);
      }
    }
  }
  return [...tasks.entries()]
    .sort(([a], [b]) => a - b)
    .map(([index, { box, position, rows, min, max }]) => {
      const filled: Box = { min: [min[0]!, min[1]!, min[2]!], max: [max[0]!, max[1]!, max[2]!] };
      const window = intersectBoxes(growBox(box, [apron, apron, apron], bounds), filled);
      return { index, position, box, rows, window };
    });
}

/** The voxels that all tasks read: what making the fragments costs. */
export function voxelsToRead(tasks: readonly BlockTask[]): number {
  return tasks.reduce((sum, { window }) => sum + voxelCount(boxShape(window)), 0);
}

/** A supervoxel's box in voxels of a level; downsampled labels never leave it. */
function boxAtLevel(boxes: Uint32Array, row: number, { factor, shape }: MeshLevel): Box {
  const at = 6 * row;
  return {
    min: mapZyx((axis) => Math.floor(boxes[at + axis]! / factor[axis])),
    max: mapZyx((axis) => Math.min(shape[axis], Math.ceil(boxes[at + 3 + axis]! / factor[axis]))),
  };
}
