import type { Zyx } from '#domain/geometry.ts';

import { fromFrame, toFrame } from './sliceFrame.ts';
import type { SliceFrame } from './sliceFrame.ts';

/** What a panel shows of space. Lengths on the screen are CSS pixels, with the origin at the panel's upper left corner. */
export interface Viewport {
  readonly frame: SliceFrame;
  /** The point in the middle of the panel, nanometres, z, y, x; it lies in the slice. */
  readonly centreNm: Zyx;
  readonly nmPerPixel: number;
  readonly width: number;
  readonly height: number;
  /** Device pixels for each CSS pixel. */
  readonly pixelRatio: number;
}

/** A rectangle in the u, v nanometres of a frame. */
export interface FrameRect {
  readonly u0: number;
  readonly v0: number;
  readonly u1: number;
  readonly v1: number;
}

/** The part of the frame that the panel shows. */
export function visibleRect({ frame, centreNm, nmPerPixel, width, height }: Viewport): FrameRect {
  const [u, v] = toFrame(frame, centreNm);
  const [du, dv] = [(width / 2) * nmPerPixel, (height / 2) * nmPerPixel];
  return { u0: u - du, v0: v - dv, u1: u + du, v1: v + dv };
}

/** The point (nanometres, z, y, x) under a place of the panel. */
export function pointAt(viewport: Viewport, x: number, y: number): Zyx {
  const { frame, centreNm, nmPerPixel, width, height } = viewport;
  const [u, v, w] = toFrame(frame, centreNm);
  return fromFrame(frame, u + (x - width / 2) * nmPerPixel, v + (y - height / 2) * nmPerPixel, w);
}

/** Where a point (nanometres, z, y, x) lies on the panel, seen along the normal. */
export function placeOf(
  { frame, centreNm, nmPerPixel, width, height }: Viewport,
  pointNm: Zyx,
): readonly [x: number, y: number] {
  const [u, v] = toFrame(frame, centreNm);
  const [pu, pv] = toFrame(frame, pointNm);
  return [width / 2 + (pu - u) / nmPerPixel, height / 2 + (pv - v) / nmPerPixel];
}

/** The middle of the panel after a change of scale that leaves the point under (x, y) where it is. */
export function centreAfterZoom(viewport: Viewport, x: number, y: number, nmPerPixel: number): Zyx {
  const { frame, centreNm, width, height } = viewport;
  const [u, v, w] = toFrame(frame, centreNm);
  const change = viewport.nmPerPixel - nmPerPixel;
  return fromFrame(frame, u + (x - width / 2) * change, v + (y - height / 2) * change, w);
}
