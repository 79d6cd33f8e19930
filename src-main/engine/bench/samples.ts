/** The value below which a fraction of the samples lies: the smallest one with at least that share at or below it. */
export function percentile(samples: readonly number[], fraction: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Milliseconds. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
}

/** How samples spread. */
export function spread(milliseconds: readonly number[]): Spread {
  return { median: median(milliseconds), p95: percentile(milliseconds, 0.95), worst: Math.max(...milliseconds) };
}
