/** Free of lines around the middle, so that the voxel itself is seen; CSS pixels. */
const GAP_PX = 14;
/** How near a press must be to a line to take hold of the cross-hair. */
const GRAB_PX = 5;

export interface Line {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** The four arms of a cross-hair at (x, y) that reach to the edges of the panel; none where they would lie outside. */
export function crosshairArms(
  x: number,
  y: number,
  width: number,
  height: number,
): { horizontal: Line[]; vertical: Line[] } {
  // On half pixels a line of one pixel is sharp.
  const [cx, cy] = [Math.floor(x) + 0.5, Math.floor(y) + 0.5];
  const horizontal = cy > 0 && cy < height ? arms(cx, width).map(([x1, x2]) => ({ x1, y1: cy, x2, y2: cy })) : [];
  const vertical = cx > 0 && cx < width ? arms(cy, height).map(([y1, y2]) => ({ x1: cx, y1, x2: cx, y2 })) : [];
  return { horizontal, vertical };
}

function arms(middle: number, length: number): [from: number, to: number][] {
  const both: [number, number][] = [
    [0, Math.min(middle - GAP_PX, length)],
    [Math.max(middle + GAP_PX, 0), length],
  ];
  return both.filter(([from, to]) => to > from);
}

/**
 * What a press at (px, py) takes hold of: a line moves along one direction, the crossing along both.
 *
 * @returns null away from the cross-hair and within its gap, where the image is
 */
export function grabOf(
  x: number,
  y: number,
  px: number,
  py: number,
): { horizontally: boolean; vertically: boolean } | null {
  const [dx, dy] = [Math.abs(px - x), Math.abs(py - y)];
  if (Math.max(dx, dy) < GAP_PX) return null;
  const horizontally = dx <= GRAB_PX;
  const vertically = dy <= GRAB_PX;
  return horizontally || vertically ? { horizontally, vertically } : null;
}
