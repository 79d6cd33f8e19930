import type { Plane } from '#contract/values.ts';

/** Index into a z, y, x triple. */
export type Axis = 0 | 1 | 2;

/** Which axis runs to the right, which down, and which one the plane cuts. */
export interface PlaneAxes {
  readonly column: Axis;
  readonly row: Axis;
  readonly normal: Axis;
}

/** Columns of a slice are the first letter of its plane, rows the second. */
export const PLANE_AXES: Readonly<Record<Plane, PlaneAxes>> = {
  xy: { column: 2, row: 1, normal: 0 },
  xz: { column: 2, row: 0, normal: 1 },
  yz: { column: 1, row: 0, normal: 2 },
};

export const AXIS_NAMES = ['z', 'y', 'x'] as const;
