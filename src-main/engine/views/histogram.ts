import { boxOfShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import type { VoxelSource } from './voxelSource.ts';

/** Brightness of an image layer. */
export interface Histogram {
  /** Voxels in equal bins over `range`. */
  readonly counts: readonly number[];
  readonly range: readonly [low: number, high: number];
  /** The 1st and 99th percentile: contrast that suits most of the voxels. */
  readonly limits: readonly [low: number, high: number];
}

const BINS = 256;
/** Percentiles are read off finer bins than are shown. */
const FINE_BINS = 65_536;
/** A level of so many voxels is read whole; of larger ones, where there is none, samples are taken. */
const WHOLE_VOXELS = 2 ** 20;
/** Edge of a sample, and samples along each axis. */
const SAMPLE = 32;
const SAMPLES_PER_AXIS = 3;

/** The histogram of a channel, from the finest level that is quickly read, or from samples on a regular lattice where none is. */
export async function measureHistogram(source: VoxelSource, channel: number, signal?: AbortSignal): Promise<Histogram> {
  const parts: ArrayLike<number>[] = [];
  for (const { level, box } of placesToMeasure(source)) parts.push(await source.read(level, box, { channel, signal }));
  return histogramOf(parts, source.type);
}

function placesToMeasure(source: VoxelSource): { level: number; box: Box }[] {
  const level = source.levels.findIndex(({ shape }) => voxelCount(shape) <= WHOLE_VOXELS);
  // A level that would have to be picked from the finest one is no shortcut.
  if (level >= 0 && (level === 0 || source.hasStoredLevels))
    return [{ level, box: boxOfShape(source.levels[level].shape) }];
  const { shape } = source.levels[0];
  const starts = (axis: 0 | 1 | 2): number[] =>
    Array.from({ length: SAMPLES_PER_AXIS }, (_, i) =>
      Math.max(0, Math.floor(((i + 0.5) / SAMPLES_PER_AXIS) * shape[axis] - SAMPLE / 2)),
    );
  const [zs, ys, xs] = [starts(0), starts(1), starts(2)];
  return zs.flatMap((z) =>
    ys.flatMap((y) =>
      xs.map((x) => {
        const min: Zyx = [z, y, x];
        const box = intersectBoxes({ min, max: mapZyx((axis) => min[axis] + SAMPLE) }, boxOfShape(shape));
        return { level: 0, box };
      }),
    ),
  );
}

/** Exported for its tests. */
export function histogramOf(parts: readonly ArrayLike<number>[], type: VoxelSource['type']): Histogram {
  const [low, high] = type === 'uint8' ? [0, 255] : extremes(parts);
  const fine = new Uint32Array(FINE_BINS);
  const width = (high - low || 1) / FINE_BINS;
  let total = 0;
  for (const part of parts)
    for (let i = 0; i < part.length; i++) {
      // Voxels without a value (NaN) have no brightness.
      if (!Number.isFinite(part[i])) continue;
      fine[Math.min(FINE_BINS - 1, Math.floor((part[i] - low) / width))]++;
      total++;
    }
  const counts = new Array<number>(BINS).fill(0);
  const isByte = type === 'uint8';
  for (let bin = 0; bin < FINE_BINS; bin++) counts[Math.floor((bin * BINS) / FINE_BINS)] += fine[bin];
  const percentile = (fraction: number): number => {
    let passed = 0;
    for (let bin = 0; bin < FINE_BINS; bin++) {
      passed += fine[bin];
      if (passed > fraction * total) return isByte ? Math.round(low + bin * width) : low + bin * width;
    }
    return high;
  };
  const first = percentile(0.01);
  // A flat image gets limits that differ, so that a window can be drawn.
  return {
    counts,
    range: [low, high > low ? high : low + 1],
    limits: [first, Math.max(percentile(0.99), first + (high - low || 1) / BINS)],
  };
}

function extremes(parts: readonly ArrayLike<number>[]): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const part of parts)
    for (let i = 0; i < part.length; i++) {
      if (!Number.isFinite(part[i])) continue;
      if (part[i] < low) low = part[i];
      if (part[i] > high) high = part[i];
    }
  return low <= high ? [low, high] : [0, 1];
}
