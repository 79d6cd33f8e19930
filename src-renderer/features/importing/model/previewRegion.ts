import type { Plane } from '#contract/values.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

/** The array axes (0 z, 1 y, 2 x) that a preview draws across and downwards, and the one that it cuts. YZ is drawn with z across. */
export const PREVIEW_AXES: Readonly<Record<Plane, { across: 0 | 1 | 2; down: 0 | 1 | 2; cut: 0 | 1 | 2 }>> = {
  xy: { across: 2, down: 1, cut: 0 },
  xz: { across: 2, down: 0, cut: 1 },
  yz: { across: 0, down: 1, cut: 2 },
};

/** A rectangle in parts of a preview, 0..1. */
export interface PreviewRectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where a box lies in a preview. */
export function rectangleOf(box: Box, shape: Zyx, plane: Plane): PreviewRectangle {
  const { across, down } = PREVIEW_AXES[plane];
  return {
    left: box.min[across] / shape[across],
    top: box.min[down] / shape[down],
    width: (box.max[across] - box.min[across]) / shape[across],
    height: (box.max[down] - box.min[down]) / shape[down],
  };
}

/** A box with its two drawn axes taken from a rectangle between two points, 0..1 in any order; the third stays. */
export function boxOfDrag(
  box: Box,
  shape: Zyx,
  plane: Plane,
  from: readonly [across: number, down: number],
  to: readonly [across: number, down: number],
): Box {
  const { across, down } = PREVIEW_AXES[plane];
  const min: [number, number, number] = [...box.min];
  const max: [number, number, number] = [...box.max];
  for (const [i, axis] of [across, down].entries()) {
    const [low, high] = [Math.min(from[i], to[i]), Math.max(from[i], to[i])].map((part) =>
      Math.min(1, Math.max(0, part)),
    );
    min[axis] = Math.min(shape[axis] - 1, Math.floor(low * shape[axis]));
    max[axis] = Math.max(min[axis] + 1, Math.min(shape[axis], Math.ceil(high * shape[axis])));
  }
  return { min, max };
}
