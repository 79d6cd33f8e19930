import { CIRCLE, LEAST_HOLE_WIDTH, LOGISTIC_SCALE, outlineKernel } from '#renderer/rendering/slices/outline.ts';
import { OVERLAY_LOOK } from '#renderer/rendering/slices/overlayLook.ts';
import type { SceneOverlay } from '#renderer/rendering/slices/scene.ts';
import { STYLE } from '#renderer/rendering/slices/styleTable.ts';

import type { EdgeSums } from './edgeSums.ts';
import { packRgba } from './pixels.ts';
import type { Raster } from './pixels.ts';
import { createSegmentInk } from './segmentInk.ts';

export interface OutlineOptions {
  readonly overlay: SceneOverlay;
  /** Of the raster. */
  readonly sums: EdgeSums;
  /** False where no segment differs from the default look. */
  readonly hasStyles: boolean;
  readonly pixelRatio: number;
}

/**
 * Draws outlines and borders over the fill, as the shader does (gpu/composeShader.ts, where the method is told); the two differ by rounding
 * alone. Only pixels near an edge cost anything.
 *
 * @param picture packed pixels, premultiplied
 */
export function drawOutlines(raster: Raster, options: OutlineOptions, picture: Uint32Array): void {
  const { width, height, segments, styles, supervoxels } = raster;
  const { overlay, sums, hasStyles, pixelRatio } = options;
  const { hovered, dimOthers, outlines: hasOutlines, supervoxelBorders } = overlay;
  const isNearEdge = createEdgeTest(raster, pixelRatio);
  const enclosing = createSpeckTest(raster, pixelRatio);
  const distanceOf = edgeDistances(pixelRatio);
  const farWithin = sums.total * shareBeyond(pixelRatio + 0.5, pixelRatio);
  const inkOf = createSegmentInk(overlay.salt);
  const contact = overlay.contactColour === null ? null : rgbOf(overlay.contactColour);
  const borderSteps = Math.trunc(pixelRatio + 0.5);

  /** The pixel under way, 0..255: red, green, blue, alpha. */
  const pixel = new Float64Array(4);
  const lay = (red: number, green: number, blue: number, share: number): void => {
    pixel[0] += (red - pixel[0]) * share;
    pixel[1] += (green - pixel[1]) * share;
    pixel[2] += (blue - pixel[2]) * share;
    pixel[3] += (255 - pixel[3]) * share;
  };
  const take = (place: number): void => {
    const packed = picture[place];
    pixel[0] = packed & 255;
    pixel[1] = (packed >>> 8) & 255;
    pixel[2] = (packed >>> 16) & 255;
    pixel[3] = packed >>> 24;
  };
  const put = (place: number): void => {
    picture[place] = packRgba(pixel[0] + 0.5, pixel[1] + 0.5, pixel[2] + 0.5, pixel[3] + 0.5);
  };
  const ids = overlay.colourBySupervoxel ? supervoxels : segments;
  // Of the last pixel; the next one on the line is mostly of the same segment.
  let [inkId, inkStyle, ink] = [0, 0, inkOf(0, 0)];
  const layInk = (place: number, share: number): void => {
    if (ids[place] !== inkId || styles[place] !== inkStyle) {
      inkId = ids[place];
      inkStyle = styles[place];
      ink = inkOf(inkId, inkStyle);
    }
    lay(ink[0], ink[1], ink[2], share);
  };
  /** How much of a pixel lies within a band of a width along an edge. */
  const band = (bandWidth: number, distance: number): number => Math.min(1, Math.max(0, bandWidth - distance + 0.5));

  const isAtBorder = (x: number, y: number, place: number): boolean => {
    for (let step = 1; step <= borderSteps; step++) {
      const beside = place + Math.min(width - 1 - x, step);
      const below = place + Math.min(height - 1 - y, step) * width;
      if (segments[beside] === segments[place] && supervoxels[beside] !== supervoxels[place]) return true;
      if (segments[below] === segments[place] && supervoxels[below] !== supervoxels[place]) return true;
    }
    return false;
  };

  /** The line of a segment that is not selected. */
  const layOwnLine = (x: number, y: number, place: number, inside: number, isSide: boolean): void => {
    const share = band(isSide ? 1.5 * pixelRatio : pixelRatio, inside);
    if (share === 0) return;
    const isHovered = segments[place] === hovered;
    const isQuiet = dimOthers && !isSide && !isHovered;
    if (isSide) layInk(place, share);
    else if (isHovered) lay(255, 255, 255, OVERLAY_LOOK.outline * share);
    else if ((!isQuiet && !hasOutlines) || enclosing(x, y) !== -1) return;
    else if (isQuiet) lay(127.5, 127.5, 127.5, OVERLAY_LOOK.otherOutline * share);
    else layInk(place, OVERLAY_LOOK.outline * share);
  };

  const layLines = (x: number, y: number, place: number, others: number): void => {
    const isSelected = (styles[place] & STYLE.selected) !== 0;
    const isSide = (styles[place] & STYLE.side) !== 0;
    const inside = distanceOf(1 - others / sums.total);
    if (segments[place] !== 0 && !isSelected) layOwnLine(x, y, place, inside, isSide);
    if (!hasStyles) return;
    const selected = sums.selected[place];
    if ((isSelected || selected > 0) && !isSide && !dimOthers) {
      const around = enclosing(x, y);
      if (around === -1 || (styles[around] & STYLE.selected) === 0) {
        const distance = isSelected ? inside : -distanceOf(selected / sums.total);
        lay(0, 0, 0, OVERLAY_LOOK.casing * band(2 * pixelRatio, distance));
        lay(255, 255, 255, band(pixelRatio, distance));
      }
    }
    if (isSide && sums.sides[place] > 0 && contact !== null) {
      const distance = distanceOf(1 - sums.sides[place] / sums.total);
      lay(0, 0, 0, OVERLAY_LOOK.casing * band(2 * pixelRatio, distance));
      lay(...contact, band(1.25 * pixelRatio, distance));
    }
  };

  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const place = y * width + x;
      const others = sums.others[place];
      const isSide = hasStyles && (styles[place] & STYLE.side) !== 0;
      const isBorder =
        (isSide || (supervoxelBorders && !dimOthers)) && segments[place] !== 0 && isAtBorder(x, y, place);
      const isStyled = hasStyles && (styles[place] !== 0 || sums.selected[place] > 0);
      // Without styles, farther within the segment than its own line reaches.
      const hasLines = others > (isStyled ? 0 : farWithin) && isNearEdge(x, y);
      if (!isBorder && !hasLines) continue;
      take(place);
      if (isBorder) lay(255, 255, 255, OVERLAY_LOOK.supervoxelBorder);
      if (hasLines) layLines(x, y, place, others);
      put(place);
    }
}

/** Whether one of the places at which the shader looks for an edge is of another segment; what they miss is a speck. */
function createEdgeTest(raster: Raster, pixelRatio: number): (x: number, y: number) => boolean {
  const { reach } = outlineKernel(pixelRatio);
  const axes = [-1, 1, -reach, reach].flatMap((step) => [[step, 0] as const, [0, step] as const]);
  const corners = [-reach, reach].flatMap((step) => [[step, -reach] as const, [step, reach] as const]);
  const places = createPlaces(raster, [...axes, ...corners]);
  const { segments, width } = raster;
  return (x, y) => {
    const segment = segments[y * width + x];
    for (let i = 0; i < places.count; i++) if (segments[places.at(x, y, i)] !== segment) return true;
    return false;
  };
}

/** Finds the place of the segment that encloses a speck at or beside a pixel; -1 where there is no speck. */
function createSpeckTest(raster: Raster, pixelRatio: number): (x: number, y: number) => number {
  const radius = LEAST_HOLE_WIDTH * pixelRatio;
  const steps = Array.from({ length: CIRCLE.places }, (_, i) => {
    const angle = (i * CIRCLE.stride * 2 * Math.PI) / CIRCLE.places;
    return [Math.round(radius * Math.cos(angle)), Math.round(radius * Math.sin(angle))] as const;
  });
  const places = createPlaces(raster, steps);
  const { segments } = raster;
  return (x, y) => {
    const first = places.at(x, y, 0);
    const segment = segments[first];
    if (segment === 0) return -1;
    for (let i = 1; i < places.count; i++) if (segments[places.at(x, y, i)] !== segment) return -1;
    return first;
  };
}

/** Places at fixed steps from a pixel; off the panel, those of its outermost pixels. */
function createPlaces({ width, height }: Raster, steps: readonly (readonly [across: number, down: number])[]) {
  const across = Int32Array.from(steps, ([x]) => x);
  const down = Int32Array.from(steps, ([, y]) => y);
  return {
    count: steps.length,
    at(x: number, y: number, i: number): number {
      const column = x + across[i];
      const row = y + down[i];
      if (column >= 0 && column < width && row >= 0 && row < height) return row * width + column;
      return Math.min(height - 1, Math.max(0, row)) * width + Math.min(width - 1, Math.max(0, column));
    },
  };
}

/** Share of a region's own weight beyond its edge at a distance, pixels. */
function shareBeyond(distance: number, pixelRatio: number): number {
  return 1 / (1 + Math.exp((LOGISTIC_SCALE * distance) / outlineKernel(pixelRatio).sigma));
}

const DISTANCE_STEPS = 4096;

/** Distance to the edge of a region of which a weighted share was seen, pixels; negative outside. From a table: a logarithm for each pixel is dear. */
function edgeDistances(pixelRatio: number): (inside: number) => number {
  const { sigma } = outlineKernel(pixelRatio);
  const table = Float32Array.from({ length: DISTANCE_STEPS + 1 }, (_, i) => {
    const share = Math.min(1 - 1e-4, Math.max(1e-4, i / DISTANCE_STEPS));
    return (sigma * Math.log(share / (1 - share))) / LOGISTIC_SCALE;
  });
  return (inside) => table[(inside * DISTANCE_STEPS + 0.5) | 0];
}

function rgbOf(colour: string): [number, number, number] {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return [rgb >>> 16, (rgb >>> 8) & 255, rgb & 255];
}
