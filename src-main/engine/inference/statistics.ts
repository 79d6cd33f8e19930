import { blocksCovering, boxOfShape, mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { VolumeInfo, VolumeReader, VoxelType } from '#volumes/volume.ts';

import { isIdentity } from './grid.ts';
import type { Grid } from './grid.ts';
import type { Histogram } from './histogram.ts';
import { readModelBlock } from './tileInput.ts';

/** Equal bins from `min` upwards; a value falls into the bin whose centre is nearest. */
interface Bins {
  readonly min: number;
  readonly width: number;
  readonly count: number;
}

/** Bins where the values are not a small set of integers: 1/65536 of the range is far below any image's noise. */
const FINE_BINS = 65536;

const INTEGER_RANGES: Partial<Record<VoxelType, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  uint16: [0, 65535],
  int16: [-32768, 32767],
};

/** Called with the voxels of the model grid done and to do. */
export type StatisticsProgress = (done: number, total: number) => void;

/**
 * The intensities of a whole volume as the network sees it, that is on the model grid: every voxel counts, whatever
 * region is segmented, so that a region gets the same result alone as within the whole.
 *
 * Exact for 8- and 16-bit images that are not resampled. Resampled 8-bit images are binned to 1/256 grey level (exact
 * for factors that are powers of two), everything else to 1/65536 of its range, for which floating point
 * images are read twice. What is no finite number is left out.
 *
 * @throws 'unsupported' for 64-bit integers; what the reader throws; the signal's reason once it is aborted
 */
export async function volumeHistogram(
  reader: VolumeReader,
  grid: Grid,
  options: { signal?: AbortSignal | undefined; onProgress?: StatisticsProgress } = {},
): Promise<Histogram> {
  const passes = INTEGER_RANGES[reader.info.type] === undefined ? 2 : 1;
  let bins = integerBins(reader.info.type, isIdentity(grid));
  if (bins === null) {
    let [min, max] = [Infinity, -Infinity];
    await forEachBlock(reader, grid, passes, 0, options, (values) => {
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        if (value < min && value !== -Infinity) min = value;
        if (value > max && value !== Infinity) max = value;
      }
    });
    if (!Number.isFinite(max - min)) [min, max] = [0, 1];
    bins = { min, width: (max - min || 1) / (FINE_BINS - 1), count: FINE_BINS };
  }
  const { min, width, count } = bins;
  const counts = new Float64Array(count);
  await forEachBlock(reader, grid, passes, passes - 1, options, (values) => {
    for (let i = 0; i < values.length; i++) {
      const bin = Math.floor((values[i] - min) / width + 0.5);
      if (bin >= 0 && bin < count) counts[bin]++;
    }
  });
  return compact(bins, counts);
}

function integerBins(type: VoxelType, identity: boolean): Bins | null {
  const range = INTEGER_RANGES[type];
  if (range === undefined) return null;
  const span = range[1] - range[0];
  const width = identity || span > 255 ? 1 : 1 / 256;
  return { min: range[0], width, count: span / width + 1 };
}

/** Drops empty bins: what is stored with a job is then small for most images. */
function compact(bins: Bins, counts: Float64Array): Histogram {
  const filled = Array.from(counts.keys()).filter((bin) => counts[bin] > 0);
  return {
    values: Float64Array.from(filled, (bin) => bins.min + bin * bins.width),
    counts: Float64Array.from(filled, (bin) => counts[bin]),
  };
}

async function forEachBlock(
  reader: VolumeReader,
  grid: Grid,
  passes: number,
  pass: number,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: StatisticsProgress },
  visit: (values: Float32Array) => void,
): Promise<void> {
  const blocks = blocksCovering(boxOfShape(grid.modelShape), readShape(reader.info, grid));
  for (const [index, block] of blocks.entries()) {
    signal?.throwIfAborted();
    visit(await readModelBlock(reader, grid, block, signal));
    onProgress?.(pass * blocks.length + index + 1, passes * blocks.length);
  }
}

/** Blocks of whole chunks, about 16 million source voxels where the chunks allow it. */
function readShape(info: VolumeInfo, grid: Grid): Zyx {
  const chunks = mapZyx((axis) => Math.min(info.chunkShape[axis], info.shape[axis]));
  const inPlane = mapZyx((axis) => chunks[axis] * Math.ceil(512 / chunks[axis]));
  const planes = Math.max(1, Math.floor(2 ** 24 / (inPlane[1] * inPlane[2]) / chunks[0]));
  const source: Zyx = [chunks[0] * planes, inPlane[1], inPlane[2]];
  return mapZyx((axis) => Math.max(1, Math.round(source[axis] / grid.factor[axis])));
}
