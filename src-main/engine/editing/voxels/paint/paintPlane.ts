import type { Plane } from '#contract/values.ts';
import type { Zyx } from '#domain/geometry.ts';

/** Axes (0 z, 1 y, 2 x) of a plane: the one across it, and its rows and columns. */
export interface PlaneAxes {
  readonly normal: 0 | 1 | 2;
  readonly row: 0 | 1 | 2;
  readonly column: 0 | 1 | 2;
}

export const PLANE_AXES: Readonly<Record<Plane, PlaneAxes>> = {
  xy: { normal: 0, row: 1, column: 2 },
  xz: { normal: 1, row: 0, column: 2 },
  yz: { normal: 2, row: 0, column: 1 },
};

/** A position from its parts along the axes of a plane. */
export function alongPlane({ normal, row }: PlaneAxes, across: number, r: number, c: number): Zyx {
  const at = (axis: 0 | 1 | 2): number => (axis === normal ? across : axis === row ? r : c);
  return [at(0), at(1), at(2)];
}
