import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { roundHalfToEven } from '#engine/inference/tileOutput.ts';
import { copyVolume } from '#volumes/copyVolume.ts';
import { createVolume, outputSpec } from '#volumes/createVolume.ts';
import { throwIfCancelled } from '#volumes/fileErrors.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { requireReplaceable } from '#volumes/paths.ts';
import type { VolumeReader } from '#volumes/volume.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';

import { inUnitsOf, readProbabilities, requireAffinities, requireForeground } from './affinitySource.ts';
import type { AffinityArray, AffinitySource } from './affinitySource.ts';
import type { ProgressListener } from './progress.ts';
import { requireSameShape } from './sourceVolume.ts';

/** Of one volume at a time: all of them are in memory at once, with their sum in double precision. */
const BLOCK_BYTES = 16 * 2 ** 20;

export interface AverageOptions {
  /** z, y, x of what is written, instead of what the first volume states. */
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** Replaces what lies at the output, but never what is read. */
  readonly overwrite: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** What was written. */
export interface Average {
  /** z, y, x */
  readonly shape: Zyx;
  /** 3 of affinities, 1 of foregrounds. */
  readonly channels: number;
  /** uint8 where all volumes are, else float32. */
  readonly type: AffinitySource['type'];
}

/**
 * The voxelwise mean of what several networks say of one volume: of the three nearest affinities, or of foregrounds. Networks that err
 * in different places are better together than alone.
 *
 * @param paths two volumes at least, of equal shape; uint8 (255 = certain) and float32 (0 to 1) may be mixed
 * @param out any path that `createVolume` writes in that number of channels; whole or not there
 * @throws FascicleError 'bad-request' for volumes that do not go together; 'bad-file' for float32 values that are no probabilities; as
 *   `openVolume`, `createVolume` and `requireReplaceable`; 'cancelled'
 */
export async function averageAffinities(
  paths: readonly string[],
  out: string,
  options: AverageOptions,
): Promise<Average> {
  if (paths.length < 2) throw new FascicleError('bad-request', 'A mean takes two volumes at least. Name another one.');
  const inputs = paths.map((path) => parseVolumeSpec(path).path);
  const readers: VolumeReader[] = [];
  try {
    for (const path of paths) readers.push(await openVolume(path, { role: 'affinities' }));
    const average = averageOf(readers);
    requireReplaceable(outputSpec(out).path, { overwrite: options.overwrite, inputs });
    const { info } = readers[0];
    const voxelSizeNm = options.voxelSizeNm ?? info.voxelSizeNm;
    const role = average.channels === 1 ? 'image' : 'affinities';
    const writer = await createVolume(out, { ...average, voxelSizeNm, role });
    try {
      const { signal, onProgress } = options;
      await copyVolume(meanReader(readers, average), writer, {
        maxBytes: BLOCK_BYTES,
        signal,
        onProgress: (fraction) =>
          onProgress?.({ stage: 'Averaging', done: Math.round(100 * fraction), total: 100, unit: 'percent' }),
      });
      await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
    return average;
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

/** @throws FascicleError 'bad-request' for volumes that do not go together */
function averageOf(readers: readonly VolumeReader[]): Average {
  const volumes = readers.map(({ info }) => ({ source: info.source, info }));
  const { shape, channels: found } = readers[0].info;
  const channels = found === 1 ? 1 : 3;
  const types = volumes.map(({ info }) => (channels === 1 ? requireForeground(info) : requireAffinities(info)));
  requireSameShape(volumes[0], volumes, 'a mean');
  return { shape, channels, type: types.every((type) => type === 'uint8') ? 'uint8' : 'float32' };
}

/** The mean as a volume of its own, worked out as it is read. The readers stay the caller's to close. */
function meanReader(readers: readonly VolumeReader[], average: Average): VolumeReader {
  return {
    info: { ...readers[0].info, ...average },
    async read(box, { channel = 0, signal } = {}) {
      throwIfCancelled(signal);
      const parts: AffinityArray[] = [];
      for (const reader of readers)
        parts.push(inUnitsOf(average.type, await readProbabilities(reader, box, channel, signal)));
      return meanOf(parts, average.type);
    },
    close: () => Promise.resolve(),
  };
}

/** The mean, voxel by voxel; bytes are rounded half to even, so that means of means do not drift. */
export function meanOf(parts: readonly AffinityArray[], type: AffinitySource['type']): AffinityArray {
  const { length } = parts[0];
  const sums = new Float64Array(length);
  for (const part of parts) for (let i = 0; i < length; i++) sums[i] += part[i];
  const count = parts.length;
  return type === 'uint8'
    ? Uint8Array.from(sums, (sum) => roundHalfToEven(sum / count))
    : Float32Array.from(sums, (sum) => sum / count);
}
