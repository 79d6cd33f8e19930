import type { Zyx } from '#domain/geometry.ts';
import type { Plane } from '#contract/values.ts';
import { PLANE_AXES } from '#renderer/rendering/slices/geometry/planeAxes.ts';
import { toFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';
import { placeOf } from '#renderer/rendering/slices/geometry/viewport.ts';
import type { Viewport } from '#renderer/rendering/slices/geometry/viewport.ts';

/** Where a brush cuts a panel, CSS pixels: half widths across and down; 0 for a disc seen from its side. */
export interface BrushOutline {
  readonly x: number;
  readonly y: number;
  readonly across: number;
  readonly down: number;
}

/**
 * The cut of a brush with the slice that a panel shows.
 *
 * @param plane of the disc; null for a ball
 * @returns null where they do not meet
 */
export function brushOutline(
  viewport: Viewport,
  centreNm: Zyx,
  radiusNm: number,
  plane: Plane | null,
): BrushOutline | null {
  const { frame, nmPerPixel } = viewport;
  const [x, y] = placeOf(viewport, centreNm);
  if (plane === frame.plane) return { x, y, across: radiusNm / nmPerPixel, down: radiusNm / nmPerPixel };
  const away = Math.abs(toFrame(frame, centreNm)[2] - toFrame(frame, viewport.centreNm)[2]);
  if (away >= radiusNm) return null;
  const radius = Math.sqrt(radiusNm ** 2 - away ** 2) / nmPerPixel;
  if (plane === null) return { x, y, across: radius, down: radius };
  const isUpright = PLANE_AXES[frame.plane].column === PLANE_AXES[plane].normal;
  return { x, y, across: isUpright ? 0 : radius, down: isUpright ? radius : 0 };
}
