import { boxOfShape, boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import type { PlaneAxes } from './paintPlane.ts';
import { emptyMask, indexIn } from './voxelMask.ts';
import type { VoxelMask } from './voxelMask.ts';

export interface BrushStroke {
  /** Voxels with fractions, z, y, x: voxel i covers i to i + 1. */
  readonly points: readonly Zyx[];
  readonly radiusNm: number;
  /** The plane of the disc; null for a ball. */
  readonly axes: PlaneAxes | null;
}

/** The box that a stroke may touch, within the volume; empty outside of it. */
export function boxOfBrush({ points, radiusNm, axes }: BrushStroke, sizeNm: Zyx, shape: Zyx): Box {
  const reach = (axis: 0 | 1 | 2): number => radiusNm / sizeNm[axis];
  const box = {
    min: mapZyx((axis) => Math.floor(Math.min(...points.map((point) => point[axis])) - reach(axis))),
    max: mapZyx((axis) => Math.ceil(Math.max(...points.map((point) => point[axis])) + reach(axis)) + 1),
  };
  return intersectBoxes(axes === null ? box : inSlice(box, axes, points[0]), boxOfShape(shape));
}

function inSlice(box: Box, { normal }: PlaneAxes, point: Zyx): Box {
  const slice = Math.floor(point[normal]);
  return {
    min: mapZyx((axis) => (axis === normal ? slice : box.min[axis])),
    max: mapZyx((axis) => (axis === normal ? slice + 1 : box.max[axis])),
  };
}

/**
 * The voxels whose centres lie within the radius of the line through the points, in nanometres: a capsule for each piece of the line.
 * The voxel that holds a point is always among them, so a small radius still paints.
 */
export function brushMask(stroke: BrushStroke, sizeNm: Zyx, shape: Zyx): VoxelMask {
  const { points, radiusNm, axes } = stroke;
  const mask = emptyMask(boxOfBrush(stroke, sizeNm, shape));
  if (voxelCount(boxShape(mask.window)) === 0) return mask;
  const flat = axes === null ? points : points.map((point) => onSlice(point, axes, points[0]));
  for (const [i, point] of flat.entries()) {
    const piece = { points: [flat[Math.max(0, i - 1)], point], radiusNm, axes };
    fillCapsule(mask, piece, intersectBoxes(boxOfBrush(piece, sizeNm, shape), mask.window), sizeNm);
    const voxel = mapZyx((axis) => Math.floor(point[axis]));
    const isInside = ([0, 1, 2] as const).every(
      (axis) => voxel[axis] >= mask.window.min[axis] && voxel[axis] < mask.window.max[axis],
    );
    if (isInside) mask.voxels[indexIn(mask.window, voxel)] = 1;
  }
  return mask;
}

/** The middle of the slice takes the place of the position across it: distances are measured within the slice. */
function onSlice(point: Zyx, { normal }: PlaneAxes, first: Zyx): Zyx {
  return mapZyx((axis) => (axis === normal ? Math.floor(first[normal]) + 0.5 : point[axis]));
}

function fillCapsule(mask: VoxelMask, { points: [from, to], radiusNm }: BrushStroke, box: Box, sizeNm: Zyx): void {
  const [az, ay, ax] = mapZyx((axis) => from[axis] * sizeNm[axis]);
  const [dz, dy, dx] = mapZyx((axis) => (to[axis] - from[axis]) * sizeNm[axis]);
  const lengthSquared = dz * dz + dy * dy + dx * dx;
  const limit = radiusNm * radiusNm;
  for (let z = box.min[0]; z < box.max[0]; z++)
    for (let y = box.min[1]; y < box.max[1]; y++) {
      const line = indexIn(mask.window, [z, y, 0]);
      for (let x = box.min[2]; x < box.max[2]; x++) {
        const [pz, py, px] = [(z + 0.5) * sizeNm[0] - az, (y + 0.5) * sizeNm[1] - ay, (x + 0.5) * sizeNm[2] - ax];
        const along = lengthSquared === 0 ? 0 : Math.min(1, Math.max(0, (pz * dz + py * dy + px * dx) / lengthSquared));
        const [ez, ey, ex] = [pz - along * dz, py - along * dy, px - along * dx];
        if (ez * ez + ey * ey + ex * ex <= limit) mask.voxels[line + x] = 1;
      }
    }
}
