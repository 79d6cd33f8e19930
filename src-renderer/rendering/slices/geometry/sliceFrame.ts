import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { Plane } from '#contract/values.ts';

import { PLANE_AXES } from './planeAxes.ts';
import { rotate } from './quaternion.ts';
import type { Quaternion } from './quaternion.ts';
import { addScaled, dot } from './vectors.ts';

/**
 * An orientation of the picture in space: three orthogonal unit vectors, z, y, x, in nanometre space. A point is written as
 * (u, v, w): nanometres along `right`, `down` and `normal` from the corner of the volume.
 */
export interface SliceFrame {
  readonly plane: Plane;
  readonly right: Zyx;
  readonly down: Zyx;
  readonly normal: Zyx;
  /** False where the picture runs along the axes of the volume. */
  readonly isOblique: boolean;
}

/** The orientation of a plane, turned by the common rotation of the slices (null for none). */
export function sliceFrame(plane: Plane, rotation: Quaternion | null): SliceFrame {
  const { column, row, normal } = PLANE_AXES[plane];
  const along = (axis: number): Zyx => {
    const unit = mapZyx((i) => (i === axis ? 1 : 0));
    return rotation === null ? unit : rotate(rotation, unit);
  };
  return { plane, right: along(column), down: along(row), normal: along(normal), isOblique: rotation !== null };
}

/** A point in nanometres (z, y, x) as u, v, w of a frame. */
export function toFrame(frame: SliceFrame, pointNm: Zyx): readonly [u: number, v: number, w: number] {
  return [dot(pointNm, frame.right), dot(pointNm, frame.down), dot(pointNm, frame.normal)];
}

/** The point in nanometres (z, y, x) at u, v, w of a frame. */
export function fromFrame({ right, down, normal }: SliceFrame, u: number, v: number, w: number): Zyx {
  return addScaled(addScaled(addScaled([0, 0, 0], right, u), down, v), normal, w);
}

/** The rectangle in u, v that holds every point of a volume of `extentNm`, whatever w. */
export function frameBounds(
  frame: SliceFrame,
  extentNm: Zyx,
): { min: [u: number, v: number]; max: [u: number, v: number] } {
  const range = (direction: Zyx): [number, number] => {
    const reach = mapZyx((axis) => direction[axis] * extentNm[axis]);
    return [
      reach.reduce((sum, value) => sum + Math.min(0, value), 0),
      reach.reduce((sum, value) => sum + Math.max(0, value), 0),
    ];
  };
  const u = range(frame.right);
  const v = range(frame.down);
  return { min: [u[0], v[0]], max: [u[1], v[1]] };
}
