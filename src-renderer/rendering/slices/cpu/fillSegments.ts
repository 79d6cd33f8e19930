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
  let id = -1;
  let style = -1;
  // A pixel becomes itself times `keep` plus these.
  let keep = 1;
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (let place = 0; place < width * height; place++) {
    if (ids[place] !== id || styles[place] !== style) {
      id = ids[place];
      style = styles[place];
      const share = id === 0 ? 0 : fillShare(overlay, segments[place], style);
      const ink = inkOf(id, style);
      const isDimmed = overlay.dimOthers && (style & STYLE.side) === 0;
      keep = isDimmed ? OVERLAY_LOOK.dimmedImage : 1 - share;
      // Half more, which rounds.
      red = ink[0] * share + 0.5;
      green = ink[1] * share + 0.5;
      blue = ink[2] * share + 0.5;
      alpha = isDimmed ? -1 : 255 * share + 0.5;
    }
    const under = image[place];
    picture[place] =
      ((under & 255) * keep + red) |
      ((((under >>> 8) & 255) * keep + green) << 8) |
      ((((under >>> 16) & 255) * keep + blue) << 16) |
      (alpha < 0 ? under & 0xff000000 : ((under >>> 24) * keep + alpha) << 24);
  }
}

/** Share of the ink in a segment, 0..1. */
function fillShare({ fill, hovered, dimOthers }: SceneOverlay, segment: number, style: number): number {
  const hover = segment === hovered ? OVERLAY_LOOK.hoverExtra : 0;
  if ((style & STYLE.side) !== 0) return Math.min(1, OVERLAY_LOOK.sideFill + hover);
  if (dimOthers) return 0;
  return Math.min(1, fill + ((style & STYLE.selected) === 0 ? 0 : OVERLAY_LOOK.selectedExtra) + hover);
}
