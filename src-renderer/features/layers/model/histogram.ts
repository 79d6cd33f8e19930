/** Brightness of a layer: voxels in equal bins over a range. */
export interface Histogram {
  readonly counts: readonly number[];
  readonly range: readonly [low: number, high: number];
  /** Suggested black and white. */
  readonly limits: readonly [black: number, white: number];
}

/**
 * The outline of a histogram as the `d` of an SVG path in a box of width x height, closed along its base. Heights are square
 * roots, so that a peak of resin or background does not flatten the rest.
 */
export function histogramPath(counts: readonly number[], width: number, height: number): string {
  const most = Math.sqrt(Math.max(1, ...counts));
  const step = width / counts.length;
  const steps = counts.map((count, i) => {
    const y = (height - (Math.sqrt(count) / most) * height).toFixed(1);
    return `V${y}H${((i + 1) * step).toFixed(1)}`;
  });
  return `M0 ${height}${steps.join('')}V${height}Z`;
}

/** Moves one of two limits; it never passes the other and keeps within the range. */
export function moveLimit(
  limits: readonly [number, number],
  which: 'black' | 'white',
  value: number,
  [low, high]: readonly [number, number],
): [number, number] {
  const gap = (high - low) / 256;
  return which === 'black'
    ? [Math.min(Math.max(value, low), limits[1] - gap), limits[1]]
    : [limits[0], Math.max(Math.min(value, high), limits[0] + gap)];
}

/** A limit as it reads: whole for integer voxels, else three significant digits. */
export function limitText(value: number, isFloat: boolean): string {
  return isFloat ? String(Number(value.toPrecision(3))) : String(Math.round(value));
}
