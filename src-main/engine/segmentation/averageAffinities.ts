import { FascicleError } from '#domain/errors.ts';
import { boxOfShape } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { roundHalfToEven } from '#engine/inference/tileOutput.ts';
import { createVolume, outputSpec } from '#volumes/createVolume.ts';
import { divideBox } from '#volumes/divideBox.ts';
import { throwIfCancelled } from '#volumes/fileErrors.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { requireReplaceable } from '#volumes/paths.ts';
import type { VolumeReader, VolumeWriter } from '#volumes/volume.ts';
import { bytesPerVoxel } from '#volumes/voxelTypes.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';

import { inUnitsOf, requireAffinities, requireForeground, requireProbabilities } from './affinitySource.ts';
import type { AffinityArray, AffinitySource } from './affinitySource.ts';
import type { ProgressListener } from './progress.ts';

/** Of all volumes of a block together. */
const BLOCK_BYTES = 64 * 2 ** 20;

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
      await writeMeans(readers, writer, average, options);
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
  const [{ info: first }] = readers;
  const channels = first.channels === 1 ? 1 : 3;
  const require = channels === 1 ? requireForeground : requireAffinities;
  const types = readers.map(({ info }) => require(info));
  for (const { info } of readers)
    if (info.shape.some((extent, axis) => extent !== first.shape[axis]))
      throw new FascicleError(
        'bad-request',
        `${info.source} has ${info.shape.join(' x ')} voxels, ${first.source} ${first.shape.join(' x ')} (z, y, x). ` +
          'A mean needs volumes of the same voxels.',
      );
  return { shape: first.shape, channels, type: types.every((type) => type === 'uint8') ? 'uint8' : 'float32' };
}

async function writeMeans(
  readers: readonly VolumeReader[],
  writer: VolumeWriter,
  { shape, channels, type }: Average,
  { signal, onProgress }: AverageOptions,
): Promise<void> {
  const boxes = divideBox(
    boxOfShape(shape),
    writer.chunkShape,
    BLOCK_BYTES / (bytesPerVoxel(type) * (readers.length + 1)),
  );
  let done = 0;
  for (let channel = 0; channel < channels; channel++)
    for (const box of boxes) {
      throwIfCancelled(signal);
      const parts: AffinityArray[] = [];
      for (const reader of readers) {
        const part = (await reader.read(box, { channel, signal })) as AffinityArray;
        requireProbabilities(part, `${reader.info.source}, channel ${channel},`);
        parts.push(inUnitsOf(type, part));
      }
      await writer.write(box, meanOf(parts, type), { channel });
      onProgress?.({ stage: 'Averaging', done: ++done, total: boxes.length * channels, unit: 'blocks' });
    }
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
