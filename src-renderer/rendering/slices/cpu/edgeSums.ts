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

/**
 * Sums for every pixel of a raster. Each pair of pixels is compared once for both of them, and most pairs are of one segment, so that the
 * whole costs half a kernel of comparisons for each pixel and no more. Off the panel, its outermost pixels go on.
 */
export function createEdgeSums(): (raster: Raster, hasStyles: boolean, pixelRatio: number) => EdgeSums {
  let sums: Omit<EdgeSums, 'total'> | null = null;
  return (raster, hasStyles, pixelRatio) => {
    const count = raster.width * raster.height;
    if (sums === null || sums.others.length < count) {
      const floats = () => new Float32Array(count);
      sums = { others: floats(), selected: floats(), sides: floats() };
    }
    const kernel = kernelOf(pixelRatio);
    for (const values of hasStyles ? [sums.others, sums.selected, sums.sides] : [sums.others]) values.fill(0, 0, count);
    for (let y = 0; y < raster.height; y++)
      for (let i = 0; i < kernel.pairs; i++) {
        if (y + kernel.down[i] >= raster.height) continue;
        comparePairs(
          raster,
          hasStyles ? sums : null,
          sums.others,
          y,
          kernel.down[i],
          kernel.across[i],
          kernel.weights[i],
        );
      }
    sumAlongBorder(raster, hasStyles, sums, kernel);
    return { ...sums, total: kernel.total };
  };
}

/** A row of pixels, each with the pixel at a step from it. */
function comparePairs(
  { width, segments, styles }: Raster,
  styled: Omit<EdgeSums, 'total'> | null,
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
    if (segments[here] === segments[there]) continue;
    others[here] += weight;
    others[there] += weight;
    if (styled === null) continue;
    if ((styles[there] & STYLE.selected) !== 0) styled.selected[here] += weight;
    if ((styles[here] & STYLE.selected) !== 0) styled.selected[there] += weight;
    if ((styles[there] & STYLE.side) !== 0) styled.sides[here] += weight;
    if ((styles[here] & STYLE.side) !== 0) styled.sides[there] += weight;
  }
}

/** Pixels whose kernel reaches over the panel's border, one by one. */
function sumAlongBorder(
  { width, height, segments, styles }: Raster,
  hasStyles: boolean,
  { others, selected, sides }: Omit<EdgeSums, 'total'>,
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
  readonly pairs: number;
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
    pairs: steps.length,
    across: Int32Array.from(steps, ([across]) => across),
    down: Int32Array.from(steps, ([, down]) => down),
    weights,
    total: 1 + 2 * weights.reduce((sum, weight) => sum + weight, 0),
  };
}
