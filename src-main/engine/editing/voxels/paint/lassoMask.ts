import { boxOfShape, intersectBoxes, mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

import { alongPlane } from './paintPlane.ts';
import type { PlaneAxes } from './paintPlane.ts';
import { emptyMask, indexIn } from './voxelMask.ts';
import type { VoxelMask } from './voxelMask.ts';

/**
 * The voxels of a slice whose centres lie in a polygon, by the even-odd rule. A centre on an edge belongs to the side of higher rows and
 * columns, so polygons that share an edge share no voxel.
 *
 * @param points corners, voxels with fractions, z, y, x; the last is joined to the first
 */
export function lassoMask(points: readonly Zyx[], axes: PlaneAxes, shape: Zyx): VoxelMask {
  const { normal, row, column } = axes;
  const slice = Math.floor(points[0][normal]);
  const low = (axis: 0 | 1 | 2): number => Math.floor(Math.min(...points.map((point) => point[axis])));
  const high = (axis: 0 | 1 | 2): number => Math.ceil(Math.max(...points.map((point) => point[axis])));
  const box = {
    min: mapZyx((axis) => (axis === normal ? slice : low(axis))),
    max: mapZyx((axis) => (axis === normal ? slice + 1 : high(axis))),
  };
  const mask = emptyMask(intersectBoxes(box, boxOfShape(shape)));
  const { min, max } = mask.window;
  if (min[normal] >= max[normal]) return mask;
  for (let r = min[row]; r < max[row]; r++) {
    const crossings = crossingsOf(points, r + 0.5, row, column);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const first = Math.max(min[column], Math.ceil(crossings[i] - 0.5));
      const end = Math.min(max[column], Math.ceil(crossings[i + 1] - 0.5));
      for (let c = first; c < end; c++) mask.voxels[indexIn(mask.window, alongPlane(axes, slice, r, c))] = 1;
    }
  }
  return mask;
}

/** Where the edges of a polygon cross a row, by rising column. */
function crossingsOf(points: readonly Zyx[], at: number, row: 0 | 1 | 2, column: 0 | 1 | 2): number[] {
  const found: number[] = [];
  points.forEach((to, i) => {
    const from = points[(i + points.length - 1) % points.length];
    if (from[row] <= at === to[row] <= at) return;
    const part = (at - from[row]) / (to[row] - from[row]);
    found.push(from[column] + part * (to[column] - from[column]));
  });
  return found.sort((a, b) => a - b);
}
