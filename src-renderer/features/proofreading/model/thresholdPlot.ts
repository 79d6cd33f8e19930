import type { CurvePoint } from '#contract/routes/edits.ts';

import type { ThresholdScale } from './thresholdScale.ts';

/** A drawing of this size, y down. */
export interface PlotBox {
  readonly width: number;
  readonly height: number;
}

/** How far along the scale a threshold stands, 0..1. */
export function shareOf({ min, max, toValue }: ThresholdScale, threshold: number): number {
  return Math.min(1, Math.max(0, (toValue(threshold) - min) / (max - min)));
}

/** The threshold at a share of the scale, on the nearest of its steps. */
export function thresholdAt({ min, max, toThreshold }: ThresholdScale, share: number): number {
  const value = Math.round(100 * (min + Math.min(1, Math.max(0, share)) * (max - min))) / 100;
  return toThreshold(value);
}

/** Where a value stands in a plot, 0 at the top and 1 at the bottom; a flat one lies at the bottom, what is beyond an end at that end. */
export function depthOf(value: number, [low, high]: readonly [number, number]): number {
  return high > low ? Math.min(1, Math.max(0, (high - value) / (high - low))) : 1;
}

/** A staircase through values at shares of the width, as the path of an svg: each holds up to the next. */
export function stairPath(
  shares: readonly number[],
  values: readonly number[],
  extent: readonly [number, number],
  { width, height }: PlotBox,
): string {
  return values
    .map((value, i) => {
      const x = (width * shares[i]).toFixed(1);
      const y = (height * depthOf(value, extent)).toFixed(1);
      return i === 0 ? `M${x} ${y}` : `H${x}V${y}`;
    })
    .join('');
}

/** The point that holds at a threshold: the last one that is not above it, the first where all are. */
export function pointAt(points: readonly CurvePoint[], threshold: number): CurvePoint {
  return points.findLast((point) => point.threshold <= threshold + 1e-9) ?? points[0];
}

/** The point of the lowest variation of information, of equal ones the nearest to a threshold; null without ground truth. */
export function bestPoint(points: readonly CurvePoint[], near: number): CurvePoint | null {
  let best: CurvePoint | null = null;
  for (const point of points) {
    if (point.vi === null) return null;
    const less = best === null ? -1 : viOf(point) - viOf(best);
    const isNearer = best !== null && Math.abs(point.threshold - near) < Math.abs(best.threshold - near);
    if (less < -1e-9 || (less < 1e-9 && isNearer)) best = point;
  }
  return best;
}

/** Split and merge together, bits; 0 without ground truth. */
export function viOf({ vi }: CurvePoint): number {
  return vi === null ? 0 : vi.split + vi.merge;
}
