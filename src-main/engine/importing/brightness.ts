import { boxOfShape } from '#domain/geometry.ts';
import { histogramOfValues, percentileOf } from '#engine/inference/histogram.ts';
import type { VolumeReader, VoxelType } from '#volumes/volume.ts';

import { sampleSection } from './sampleSection.ts';

/** Brightness of a sample of the voxels. */
export interface Brightness {
  /** Voxels of the sample in equal bins over `range`. */
  readonly histogram: number[];
  readonly range: readonly [number, number];
  /** 1st and 99th percentile. */
  readonly limits: readonly [number, number];
  /** The share of voxels that have the lowest, and the highest value that the type can hold: 0 for floating point. */
  readonly saturated: readonly [number, number];
}

const BINS = 128;

/** Sections that are looked at, and values along each of their sides. */
const SECTIONS = 16;
const EDGE = 192;

const RANGES: Partial<Record<VoxelType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
};

/** Measures single voxels, evenly spread over sections that are evenly spread over the volume. */
export async function measureBrightness(reader: VolumeReader, signal?: AbortSignal): Promise<Brightness> {
  const { shape, type } = reader.info;
  const count = Math.min(SECTIONS, shape[0]);
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    const index = Math.floor(((i + 0.5) * shape[0]) / count);
    const plane = { axis: 0, index, rowAxis: 1, columnAxis: 2 } as const;
    const section = await sampleSection(reader, plane, { edge: EDGE, window: boxOfShape(shape), mean: false, signal });
    for (const value of section.values) if (Number.isFinite(value)) values.push(value);
  }
  if (values.length === 0) values.push(0);
  const sorted = histogramOfValues(values);
  const lowest = sorted.values[0];
  const highest = sorted.values.at(-1)!;
  const percentiles = [percentileOf(sorted, 1), percentileOf(sorted, 99)] as const;
  // A few bright cells on a black ground fill less than a percent.
  const limits = percentiles[0] < percentiles[1] ? percentiles : ([lowest, highest] as const);
  const range = type === 'uint8' ? RANGES.uint8! : ([lowest, highest] as const);
  const width = range[1] - range[0] || 1;
  const histogram = new Array<number>(BINS).fill(0);
  for (const value of values)
    histogram[Math.min(BINS - 1, Math.max(0, Math.floor(((value - range[0]) / width) * BINS)))]++;
  const ends = RANGES[type];
  const share = (end: number) => values.reduce((sum, value) => sum + (value === end ? 1 : 0), 0) / values.length;
  return { histogram, range, limits, saturated: ends ? [share(ends[0]), share(ends[1])] : [0, 0] };
}
