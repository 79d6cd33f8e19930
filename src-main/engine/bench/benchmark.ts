import type { Zyx } from '#domain/geometry.ts';

/** One measured piece of work, in the form of every `fascicle bench --json`. */
export interface Benchmark {
  readonly name: string;
  /** z, y, x */
  readonly shape: Zyx;
  readonly threads: number;
  readonly seconds: number;
  readonly megavoxelsPerSecond: number;
  /** Peak memory of the whole process while it ran, inputs and outputs included, for each voxel; null where not measured. */
  readonly bytesPerVoxel: number | null;
  /** Figures of its own: edges a second, milliseconds for a new threshold, ... */
  readonly details: Readonly<Record<string, number>>;
}

export interface Benchmarks {
  readonly benchmarks: readonly Benchmark[];
  /** Bytes read and written by a memory copy on one thread, best of five: the yardstick of the machine at that moment. */
  readonly copyGigabytesPerSecond: number;
}

/**
 * Runs `work` several times, keeps the best and notes it under a name; returns what it gave.
 *
 * @param details figures of its own
 * @param part z, y, x of what is worked on, where that is not the whole
 */
export type Measure = <T>(
  name: string,
  threads: number,
  work: () => Promise<T>,
  details: (result: T, seconds: number) => Record<string, number>,
  part: Zyx,
) => Promise<T>;

/** Measures `copyGigabytesPerSecond`. */
export function measureCopy(): number {
  const from = new Uint8Array(256 * 2 ** 20).fill(1);
  const to = new Uint8Array(from.length);
  let seconds = Infinity;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    to.set(from);
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return (2 * from.length) / seconds / 1e9;
}
