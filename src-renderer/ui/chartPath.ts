/** A point of a series; null where there is a gap. */
export type SeriesValue = number | null;

/** What a series covers; a flat one gets a height of 1 so that it can be drawn. */
export function extentOf(values: readonly SeriesValue[]): readonly [number, number] {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return [0, 1];
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  return low === high ? [low, low + 1] : [low, high];
}

/**
 * The 'd' of a line through evenly spaced values; a gap breaks it, so that a pause does not read as zero.
 *
 * @param area closes each piece down to the bottom edge
 */
export function chartPath(
  values: readonly SeriesValue[],
  { width, height, extent = extentOf(values), area = false }: ChartBox,
): string {
  const [low, high] = extent;
  const x = (i: number): number => (values.length < 2 ? width / 2 : (i / (values.length - 1)) * width);
  const y = (value: number): number => height - ((value - low) / (high - low || 1)) * height;
  const at = (i: number): string => `${round(x(i))} ${round(y(values[i]!))}`;
  return piecesOf(values)
    .map(([first, last]) => {
      const line = Array.from({ length: last - first + 1 }, (_, k) => at(first + k)).join('L');
      return area ? `M${round(x(first))} ${height}L${line}L${round(x(last))} ${height}Z` : `M${line}`;
    })
    .join('');
}

interface ChartBox {
  readonly width: number;
  readonly height: number;
  readonly extent?: readonly [number, number];
  readonly area?: boolean;
}

function piecesOf(values: readonly SeriesValue[]): [number, number][] {
  const pieces: [number, number][] = [];
  values.forEach((value, i) => {
    if (value === null) return;
    if (i > 0 && values[i - 1] !== null) pieces.at(-1)![1] = i;
    else pieces.push([i, i]);
  });
  return pieces;
}

const round = (value: number): number => Math.round(value * 100) / 100;
