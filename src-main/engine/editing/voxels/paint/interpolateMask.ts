import { FascicleError } from '#domain/errors.ts';
import { boxShape, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { NativeOptions } from '#native/addon.ts';
import { squaredDistanceTransform } from '#native/distanceTransform.ts';

import { alongPlane } from './paintPlane.ts';
import type { PlaneAxes } from './paintPlane.ts';
import { emptyMask, indexIn } from './voxelMask.ts';
import type { VoxelMask } from './voxelMask.ts';

/** A shape in a slice: nanometres to its outline, positive inside, and its middle. */
interface Outline {
  readonly distance: Float32Array;
  readonly middle: readonly [row: number, column: number];
}

/**
 * The slices strictly between the first and the last of a window, filled by going over from the shape in the one to that in the other:
 * signed distances to the outlines are mixed in proportion, with the shapes moved onto a common middle that goes along a straight line
 * (shape-based interpolation: Raya and Udupa, IEEE Transactions on Medical Imaging 9, 1990).
 *
 * @param inShape of each voxel of the window, 1 where it belongs to the shape; only the first and the last slice are looked at
 * @throws FascicleError 'bad-request' where one of these slices holds nothing of the shape
 */
export async function interpolateMask(
  inShape: Uint8Array,
  window: Box,
  axes: PlaneAxes,
  sizeNm: Zyx,
  options: NativeOptions = {},
): Promise<VoxelMask> {
  const { normal, row, column } = axes;
  const extents = boxShape(window);
  const slices = extents[normal];
  const [rows, columns] = [extents[row], extents[column]];
  const outlineIn = async (slice: number): Promise<Outline> => {
    const shape = new Uint8Array(rows * columns);
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++)
        shape[r * columns + c] = inShape[indexIn({ min: [0, 0, 0], max: extents }, alongPlane(axes, slice, r, c))];
    return outlineOf(shape, rows, columns, [sizeNm[row], sizeNm[column]], options);
  };
  const [first, last] = [await outlineIn(0), await outlineIn(slices - 1)];
  const mask = emptyMask({
    min: mapZyx((axis) => window.min[axis] + (axis === normal ? 1 : 0)),
    max: mapZyx((axis) => window.max[axis] - (axis === normal ? 1 : 0)),
  });
  if (voxelCount(boxShape(mask.window)) === 0) return mask;
  for (let slice = 1; slice < slices - 1; slice++) {
    const part = slice / (slices - 1);
    const middle = [0, 1].map((i) => first.middle[i] + part * (last.middle[i] - first.middle[i]));
    const at = ({ distance, middle: own }: Outline, r: number, c: number): number => {
      const [y, x] = [Math.round(r - middle[0] + own[0]), Math.round(c - middle[1] + own[1])];
      const isInside = y >= 0 && x >= 0 && y < rows && x < columns;
      return isInside ? distance[y * columns + x] : -Infinity;
    };
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        if ((1 - part) * at(first, r, c) + part * at(last, r, c) <= 0) continue;
        const offset = alongPlane(axes, slice, r, c);
        mask.voxels[
          indexIn(
            mask.window,
            mapZyx((axis) => window.min[axis] + offset[axis]),
          )
        ] = 1;
      }
  }
  return mask;
}

async function outlineOf(
  shape: Uint8Array,
  rows: number,
  columns: number,
  [rowNm, columnNm]: readonly [number, number],
  options: NativeOptions,
): Promise<Outline> {
  let [voxels, rowSum, columnSum] = [0, 0, 0];
  shape.forEach((isIn, i) => {
    if (isIn === 0) return;
    voxels++;
    rowSum += Math.floor(i / columns);
    columnSum += i % columns;
  });
  if (voxels === 0)
    throw new FascicleError(
      'bad-request',
      'One of the two slices holds nothing of the object. Paint it in both slices first, then fill those between.',
    );
  const far = async (labels: Uint8Array): Promise<Float32Array> => {
    const squared = new Float32Array(labels.length);
    const voxelSize = [1, rowNm, columnNm] as const;
    await squaredDistanceTransform(labels, [1, rows, columns], squared, { voxelSize, ...options });
    return squared;
  };
  const inside = await far(shape);
  const outside = await far(shape.map((isIn) => 1 - isIn));
  // A shape that fills the window has no outline in it.
  const depth = (squared: number): number =>
    Number.isFinite(squared) ? Math.sqrt(squared) : rows * rowNm + columns * columnNm;
  return {
    distance: inside.map((squared, i) => (shape[i] === 1 ? depth(squared) : -depth(outside[i]))),
    middle: [rowSum / voxels, columnSum / voxels],
  };
}
