import { blocksCovering, boxOfShape, boxShape, growBox, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import type { DistanceTransformSettings } from './supervoxelSettings.ts';

/**
 * How a volume is cut for the distance-transform watershed. The seeds of a region depend on all of it, so the watershed cannot be put
 * together from blocks of any size as that of affinities can. In the plane the cells are whole slices, as the recipe has it; slices wider
 * than `widestSlice`, and volumes in space, are cut by a lattice that is a matter of the method alone. Whatever blocks, threads and memory
 * are asked for, the supervoxels are the same.
 *
 *     +-------------------------+
 *     |  window: what is seen   |     Seeds and heights are those of the window; its labels are
 *     |    +---------------+    |     cut to the cell, and what falls apart there gets numbers
 *     |    |     cell      |    |     of its own. The region graph joins the cells.
 *     |    +---------------+    |
 *     +-------------------------+
 */

/** How large cells get, in voxels. All but `slabVoxels` decides the result. */
export interface CellLimits {
  /** Along y and x, of a slice that is taken as a whole: 26 bytes a voxel and thread while it is flooded. */
  readonly widestSlice: number;
  /** Seen beyond a cell of a wider slice: more than the radius of a thick dendrite at 8 nm. */
  readonly sliceMargin: number;
  /** Edge of a cell in space, and what is seen beyond it: 135 MB a thread with affinities. */
  readonly cellEdge: number;
  readonly cellMargin: number;
  /** Of the slices that are read together. */
  readonly slabVoxels: number;
}

export const CELL_LIMITS: CellLimits = {
  widestSlice: 2048,
  sliceMargin: 128,
  cellEdge: 128,
  cellMargin: 24,
  slabVoxels: 2 ** 24,
};

/** A part of the volume that is flooded at once. */
export interface WatershedCell {
  readonly id: string;
  /** The voxels that it decides. */
  readonly box: Box;
  /** The voxels that it looks at. */
  readonly window: Box;
}

/** Cells of the same layers of the volume. */
export interface CellSlab {
  readonly cells: readonly WatershedCell[];
  /** Parts along z that are independent of each other in every cell: its slices, or 1 in space. */
  readonly sections: number;
}

/** The cells of a volume, slab by slab, those of a slab in raster order. */
export function planCells(
  method: DistanceTransformSettings['method'],
  shape: Zyx,
  limits: CellLimits = CELL_LIMITS,
): CellSlab[] {
  const inSpace = method === 'distance-transform-3d';
  const edge = inSpace ? limits.cellEdge : limits.widestSlice;
  const margin = inSpace ? limits.cellMargin : limits.sliceMargin;
  // Equal parts: a lattice of the widest cells would leave slivers at the end.
  const parts = mapZyx((axis) => Math.ceil(shape[axis] / Math.ceil(shape[axis] / edge)));
  const slabDepth = Math.max(1, Math.floor(limits.slabVoxels / voxelCount([1, parts[1], parts[2]])));
  const cell: Zyx = inSpace ? parts : [slabDepth, parts[1], parts[2]];
  const margins: Zyx = [inSpace ? margin : 0, margin, margin];
  const bounds = boxOfShape(shape);
  const slabs = new Map<number, WatershedCell[]>();
  for (const box of blocksCovering(bounds, cell)) {
    const cells = slabs.get(box.min[0]) ?? [];
    cells.push({ id: box.min.join('_'), box, window: growBox(box, margins, bounds) });
    slabs.set(box.min[0], cells);
  }
  return [...slabs.values()].map((cells) => ({ cells, sections: inSpace ? 1 : boxShape(cells[0].box)[0] }));
}
