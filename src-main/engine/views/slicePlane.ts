import type { Plane } from '#contract/values.ts';
import type { Box } from '#domain/geometry.ts';

/** A rectangle of a slice, in voxels of the level: columns run along the first letter of the plane, rows along the second. */
export interface SliceRectangle {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * The box of a rectangle of a slice. It is one voxel thick along the axis that the plane cuts, and since rows come before columns in
 * z, y, x order for every plane, the dense voxels of the box are the slice: nothing is transposed.
 */
export function boxOfSlice(plane: Plane, position: number, rectangle: SliceRectangle): Box {
  const { column, row } = rectangle;
  const across: readonly [number, number] = [position, position + 1];
  const rows: readonly [number, number] = [row, row + rectangle.rows];
  const columns: readonly [number, number] = [column, column + rectangle.columns];
  const [z, y, x] = { xy: [across, rows, columns], xz: [rows, across, columns], yz: [rows, columns, across] }[plane];
  return { min: [z[0], y[0], x[0]], max: [z[1], y[1], x[1]] };
}
