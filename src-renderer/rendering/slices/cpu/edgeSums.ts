import { outlineKernel } from '#renderer/rendering/slices/outline.ts';
import { STYLE } from '#renderer/rendering/slices/styleTable.ts';

import type { Raster } from './pixels.ts';

/** What outlines ask of the pixels around each: sums of the Gaussian's weights. */
export interface EdgeSums {
  /** The sum of all weights. */
  readonly total: number;
  /** Of pixels of another segment; 0 within a segment. */
  readonly others: Float32Array;
  /** Of pixels of selected other segments, and of other sides of an edit; only where segments have styles. */
  readonly selected: Float32Array;
  readonly sides: Float32Array;
}

type Sums = Omit<EdgeSums, 'total'>;

/**
 * Sums for every pixel of a raster. Each pair of pixels is compared once for both of them, so that the whole costs half a kernel of
 * comparisons for each pixel. Off the panel, its outermost pixels go on.
 */
export function createEdgeSums(): (raster: Raster, hasStyles: boolean, pixelRatio: number) => EdgeSums {
  let sums: Sums | null = null;
  return (raster, hasStyles, pixelRatio) => {
    const count = raster.width * raster.height;
    if (sums === null || sums.others.length < count) {
      const floats = () => new Float32Array(count);
      sums = { others: floats(), selected: floats(), sides: floats() };
    }
    const kernel = kernelOf(pixelRatio);
    for (const values of hasStyles ? [sums.others, sums.selected, sums.sides] : [sums.others]) values.fill(0, 0, count);
    const isStyled = hasStyles ? styledRows(raster) : null;
    for (let y = 0; y < raster.height; y++)
      for (let i = 0; i < kernel.weights.length; i++) {
        const down = kernel.down[i];
        if (y + down >= raster.height) continue;
        comparePairs(raster, sums.others, y, down, kernel.across[i], kernel.weights[i]);
        if (isStyled && (isStyled[y] | isStyled[y + down]) !== 0)
          compareStyledPairs(raster, sums, y, down, kernel.across[i], kernel.weights[i]);
      }
    sumAlongBorder(raster, hasStyles, sums, kernel);
    return { ...sums, total: kernel.total };
  };
}

/** 1 for each row with segments that have styles: most rows have none. */
function styledRows({ width, height, styles }: Raster): Uint8Array {
  return Uint8Array.from({ length: height }, (_, y) => {
    for (let place = y * width; place < (y + 1) * width; place++) if (styles[place] !== 0) return 1;
    return 0;
  });
}

/** A row of pixels, each with the pixel at a step from it. Without a branch, since where edges are nobody can foretell. */
function comparePairs(
  { width, segments }: Raster,
  others: Float32Array,
  y: number,
  down: number,
  across: number,
  weight: number,
): void {
  const step = down * width + across;
  const end = y * width + Math.min(width, width - across);
  for (let here = y * width + Math.max(0, -across); here < end; here++) {
    const there = here + step;
    const difference = segments[here] ^ segments[there];
    // 1 where any bit differs.
    const added = weight * ((difference | -difference) >>> 31);
    others[here] += added;
    others[there] += added;
  }
}

/** The same, for what segments with styles add. */
function compareStyledPairs(
  { width, segments, styles }: Raster,
  { selected, sides }: Sums,
  y: number,
  down: number,
  across: number,
  weight: number,
): void {
  const step = down * width + across;
  const end = y * width + Math.min(width, width - across);
  for (let here = y * width + Math.max(0, -across); here < end; here++) {
    const there = here + step;
    if (((styles[here] | styles[there]) & (STYLE.selected | STYLE.side)) === 0) continue;
    if (segments[here] === segments[there]) continue;
    if ((styles[there] & STYLE.selected) !== 0) selected[here] += weight;
    if ((styles[here] & STYLE.selected) !== 0) selected[there] += weight;
    if ((styles[there] & STYLE.side) !== 0) sides[here] += weight;
    if ((styles[here] & STYLE.side) !== 0) sides[there] += weight;
  }
}

/** Pixels whose kernel reaches over the panel's border, one by one. */
function sumAlongBorder(
  { width, height, segments, styles }: Raster,
  hasStyles: boolean,
  { others, selected, sides }: Sums,
  { reach, across, down, weights }: Kernel,
): void {
  const clamp = (value: number, end: number): number => Math.min(end - 1, Math.max(0, value));
  for (let y = 0; y < height; y++) {
    const isInnerRow = y >= reach && y < height - reach;
    for (let x = 0; x < width; x++) {
      if (isInnerRow && x === reach && width > 2 * reach) x = width - reach;
      const here = y * width + x;
      others[here] = 0;
      if (hasStyles) selected[here] = sides[here] = 0;
      for (let i = 0; i < 2 * weights.length; i++) {
        const pair = i >> 1;
        const way = (i & 1) === 0 ? 1 : -1;
        const there = clamp(y + way * down[pair], height) * width + clamp(x + way * across[pair], width);
        if (segments[there] === segments[here]) continue;
        others[here] += weights[pair];
        if (hasStyles && (styles[there] & STYLE.selected) !== 0) selected[here] += weights[pair];
        if (hasStyles && (styles[there] & STYLE.side) !== 0) sides[here] += weights[pair];
      }
    }
  }
}

/** Half of the kernel: the steps to the right and down; the other half is the same backwards. */
interface Kernel {
  readonly reach: number;
  readonly across: Int32Array;
  readonly down: Int32Array;
  readonly weights: Float64Array;
  readonly total: number;
}

function kernelOf(pixelRatio: number): Kernel {
  const { reach, weights: along } = outlineKernel(pixelRatio);
  const steps: [across: number, down: number][] = [];
  for (let down = 0; down <= reach; down++)
    for (let across = down === 0 ? 1 : -reach; across <= reach; across++) steps.push([across, down]);
  const weights = Float64Array.from(steps, ([across, down]) => along[down] * along[Math.abs(across)]);
  return {
    reach,
    across: Int32Array.from(steps, ([across]) => across),
    down: Int32Array.from(steps, ([, down]) => down),
    weights,
    total: 1 + 2 * weights.reduce((sum, weight) => sum + weight, 0),
  };
}
