/**
 * A histogram of intensities: bin i holds `counts[i]` voxels of the value `values[i]`, values ascending. Counts are
 * integers, so histograms of blocks add up to the same one in any order, and mean, deviation and percentiles do not
 * depend on how the volume was read.
 */
export interface Histogram {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

/** The number of voxels. */
export function countOf(histogram: Histogram): number {
  return histogram.counts.reduce((sum, count) => sum + count, 0);
}

/** The mean intensity; NaN for no voxels. */
export function meanOf({ values, counts }: Histogram): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] * counts[i];
    count += counts[i];
  }
  return sum / count;
}

/** The standard deviation of all voxels (divided by their number, as NumPy's default). */
export function standardDeviationOf(histogram: Histogram): number {
  const { values, counts } = histogram;
  const mean = meanOf(histogram);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    sum += counts[i] * (values[i] - mean) ** 2;
    count += counts[i];
  }
  return Math.sqrt(sum / count);
}

/**
 * The percentile `p` (0 to 100) with linear interpolation between order statistics (method 7 of Hyndman and Fan 1996,
 * the default of NumPy).
 */
export function percentileOf(histogram: Histogram, p: number): number {
  const rank = (p / 100) * (countOf(histogram) - 1);
  const below = Math.floor(rank);
  const low = orderStatistic(histogram, below);
  return rank === below ? low : low + (rank - below) * (orderStatistic(histogram, below + 1) - low);
}

function orderStatistic({ values, counts }: Histogram, rank: number): number {
  let seen = 0;
  for (let i = 0; i < values.length; i++) {
    seen += counts[i];
    if (seen > rank) return values[i];
  }
  return NaN;
}

/** The histogram of mapped intensities; `map` must not decrease. */
export function mapHistogram(histogram: Histogram, map: (value: number) => number): Histogram {
  return { values: histogram.values.map(map), counts: histogram.counts };
}

/** The histogram of an array, one bin for each different value. */
export function histogramOfValues(array: ArrayLike<number>): Histogram {
  const counts = new Map<number, number>();
  for (let i = 0; i < array.length; i++) counts.set(array[i], (counts.get(array[i]) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return {
    values: Float64Array.from(sorted, ([value]) => value),
    counts: Float64Array.from(sorted, ([, count]) => count),
  };
}
