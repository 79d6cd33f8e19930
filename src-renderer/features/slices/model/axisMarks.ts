import { AXIS_NAMES } from '#renderer/rendering/slices/geometry/planeAxes.ts';
import type { SliceFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';

export interface AxisMark {
  readonly name: (typeof AXIS_NAMES)[number];
  /** The axis of the volume as seen in the slice: a vector of at most length 1, y down. */
  readonly dx: number;
  readonly dy: number;
}

/** Axes that point more than this out of the slice are not marked. */
const SHORTEST = 0.25;

/** The axes of the volume as a slice shows them, x first. */
export function axisMarks({ right, down }: SliceFrame): AxisMark[] {
  return ([2, 1, 0] as const)
    .map((axis) => ({ name: AXIS_NAMES[axis], dx: right[axis], dy: down[axis] }))
    .filter(({ dx, dy }) => Math.hypot(dx, dy) >= SHORTEST);
}
