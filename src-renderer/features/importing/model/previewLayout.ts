import type { Zyx } from '#domain/geometry.ts';

/** Sizes of the three preview planes in CSS pixels; the scale is the same in all. */
export interface PreviewLayout {
  readonly width: number;
  readonly height: number;
  readonly depthAcross: number;
  readonly depthDown: number;
}

/** No side is drawn thinner than this: a volume of a few sections would be a line. */
const THINNEST = 40;

/**
 * The layout of XY (width by height), YZ to its right (depth across) and XZ below (depth down), drawn to scale within a square of
 * `room` pixels.
 *
 * @param physical sides of the volume, z, y, x, in any one unit
 */
export function previewLayout(physical: Zyx, room: number, gap: number): PreviewLayout {
  const [z, y, x] = physical;
  const scale = (room - gap) / (Math.max(x, y) + z);
  const depth = Math.max(THINNEST, z * scale);
  const longest = Math.max(x, y) * scale;
  const shrink = Math.min(1, (room - gap - depth) / longest);
  const side = (length: number) => Math.round(Math.max(THINNEST, length * scale * shrink));
  return { width: side(x), height: side(y), depthAcross: Math.round(depth), depthDown: Math.round(depth) };
}
