import type { VoxelBlock } from '#contract/voxelBlock.ts';
import type { Zyx } from '#domain/geometry.ts';

import { toFrame } from './geometry/sliceFrame.ts';
import { pointAt } from './geometry/viewport.ts';
import type { Viewport } from './geometry/viewport.ts';
import { divideZyx } from './geometry/vectors.ts';
import type { SlicePlan } from './panelPlan.ts';
import { usableLevels } from './panelPlan.ts';
import type { SliceScene } from './scene.ts';
import { TILE_SIZE } from './tiles/tileGrid.ts';
import type { TileGrid } from './tiles/tileGrid.ts';

/** What lies under a place of a panel. */
export interface Picked {
  /** z, y, x voxels of the project, with fractions. */
  readonly voxel: Zyx;
  /** Of the lowest image; null where it is not loaded. */
  readonly raw: number | null;
  /** Label of the voxel, 0 for none or not loaded. */
  readonly label: number;
}

/**
 * Looks up a place in the tiles that are there, so that the pointer never waits for the graphics card.
 *
 * @returns null outside the volume
 */
export function pick(
  scene: SliceScene,
  plan: SlicePlan,
  viewport: Viewport,
  x: number,
  y: number,
  block: (key: string) => VoxelBlock | undefined,
): Picked | null {
  const pointNm = pointAt(viewport, x, y);
  const voxel = divideZyx(pointNm, scene.voxelSizeNm);
  if (voxel.some((value, axis) => value < 0 || value >= scene.shape[axis])) return null;
  const [u, v] = toFrame(viewport.frame, pointNm);
  const valueIn = (grid: TileGrid): number | null => {
    for (const level of usableLevels(grid, viewport)) {
      const { texelNm, columns, rows } = grid.levels[level];
      const column = Math.min(Math.max(Math.floor(u / texelNm[0]), columns[0]), columns[1] - 1);
      const row = Math.min(Math.max(Math.floor(v / texelNm[1]), rows[0]), rows[1] - 1);
      const tile = grid.tile(level, Math.floor(column / TILE_SIZE), Math.floor(row / TILE_SIZE));
      const voxels = block(tile.key)?.voxels;
      if (voxels) return voxels[(row - tile.row) * tile.columns + (column - tile.column)];
    }
    return null;
  };
  const raw = plan.images[0] ? valueIn(plan.images[0].grids[0]) : null;
  return { voxel, raw, label: (plan.labels && valueIn(plan.labels)) ?? 0 };
}
