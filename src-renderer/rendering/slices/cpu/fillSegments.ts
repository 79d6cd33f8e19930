import type { Rgb } from '#domain/segmentColour.ts';
import { OVERLAY_LOOK } from '#renderer/rendering/slices/overlayLook.ts';
import type { SceneOverlay } from '#renderer/rendering/slices/scene.ts';
import { STYLE } from '#renderer/rendering/slices/styleTable.ts';

import type { Raster } from './pixels.ts';
import { createSegmentInk } from './segmentInk.ts';

/**
 * Lays the fill of segments over the image. Neighbours are mostly of one segment, whose ink is chosen once.
 *
 * @param picture receives packed pixels, premultiplied
 */
export function fillSegments(
  { width, height, image, segments, styles, supervoxels }: Raster,
  overlay: SceneOverlay,
  picture: Uint32Array,
): void {
  const ids = overlay.colourBySupervoxel ? supervoxels : segments;
  const inkOf = createSegmentInk(overlay.salt);
  const count = width * height;
  for (let place = 0, end = 0; place < count; place = end) {
    const id = ids[place];
    const style = styles[place];
    do end++;
    while (end < count && ids[end] === id && styles[end] === style);
    const share = id === 0 ? 0 : fillShare(overlay, segments[place], style);
    const isDimmed = overlay.dimOthers && (style & STYLE.side) === 0;
    const keep = isDimmed ? OVERLAY_LOOK.dimmedImage : 1 - share;
    fillRun(image, picture, { from: place, end, keep, ink: inkOf(id, style), share, keepsAlpha: isDimmed });
  }
}

interface Run {
  readonly from: number;
  readonly end: number;
  readonly keep: number;
  readonly ink: Rgb;
  readonly share: number;
  readonly keepsAlpha: boolean;
}

/** Pixels become themselves times `keep` plus a share of the ink. */
function fillRun(image: Uint32Array, picture: Uint32Array, { from, end, keep, ink, share, keepsAlpha }: Run): void {
  // Half more, which rounds.
  const red = ink[0] * share + 0.5;
  const green = ink[1] * share + 0.5;
  const blue = ink[2] * share + 0.5;
  const alpha = 255 * share + 0.5;
  for (let place = from; place < end; place++) {
    const under = image[place] | 0;
    picture[place] =
      ((under & 255) * keep + red) |
      ((((under >>> 8) & 255) * keep + green) << 8) |
      ((((under >>> 16) & 255) * keep + blue) << 16) |
      (keepsAlpha ? under & 0xff000000 : ((under >>> 24) * keep + alpha) << 24);
  }
}

/** Share of the ink in a segment, 0..1. */
function fillShare({ fill, hovered, dimOthers }: SceneOverlay, segment: number, style: number): number {
  const hover = segment === hovered ? OVERLAY_LOOK.hoverExtra : 0;
  if ((style & STYLE.side) !== 0) return Math.min(1, OVERLAY_LOOK.sideFill + hover);
  if (dimOthers) return 0;
  return Math.min(1, fill + ((style & STYLE.selected) === 0 ? 0 : OVERLAY_LOOK.selectedExtra) + hover);
}
