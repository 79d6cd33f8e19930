import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, voxelCount, type Box } from '#domain/geometry.ts';

import { divideBox } from './divideBox.ts';
import type { VolumeInfo, VolumeReader, VolumeWriter, VoxelArray } from './volume.ts';
import { bytesPerVoxel } from './voxelTypes.ts';

const MIB = 2 ** 20;
const DEFAULT_SLAB_BYTES = 64 * MIB;
const DEFAULT_WHOLE_BYTES = 2048 * MIB;

/**
 * One channel of a volume as an array, for volumes that are known to be small.
 * @param maxBytes larger volumes are refused with 'unsupported'; 2 GiB when absent
 */
export async function readWhole(
  reader: VolumeReader,
  options: { channel?: number; maxBytes?: number; signal?: AbortSignal | undefined } = {},
): Promise<VoxelArray> {
  const { maxBytes = DEFAULT_WHOLE_BYTES, ...readOptions } = options;
  const { shape, type, source } = reader.info;
  const bytes = voxelCount(shape) * bytesPerVoxel(type);
  if (bytes > maxBytes)
    throw new FascicleError(
      'unsupported',
      `${source} has ${Math.ceil(bytes / MIB)} MiB per channel; this step holds a volume in memory and takes at most ` +
        `${Math.floor(maxBytes / MIB)} MiB. Use a smaller part of it.`,
    );
  return reader.read(boxOfShape(shape), readOptions);
}

/**
 * The boxes that cover a volume from the first slice to the last, as thick as the budget allows, on chunk borders in z so
 * that no chunk is decoded twice.
 * @param maxBytes of one slab; slabs are never thinner than one layer of `thickness`, whatever they need
 */
export function* slabBoxes(
  info: Pick<VolumeInfo, 'shape' | 'type'>,
  options: { maxBytes?: number; thickness?: number } = {},
): Generator<Box> {
  const { shape, type } = info;
  const thickness = options.thickness ?? 1;
  const layerBytes = shape[1] * shape[2] * bytesPerVoxel(type) * thickness;
  const depth = Math.max(1, Math.floor((options.maxBytes ?? DEFAULT_SLAB_BYTES) / layerBytes)) * thickness;
  for (let z = 0; z < shape[0]; z += depth)
    yield { min: [z, 0, 0], max: [Math.min(z + depth, shape[0]), shape[1], shape[2]] };
}

/** A layer of a volume and where it lies. */
export interface Slab {
  readonly box: Box;
  readonly voxels: VoxelArray;
}

/** Reads one channel of a volume slab by slab; see `slabBoxes`. */
export async function* slabs(
  reader: VolumeReader,
  options: { channel?: number; maxBytes?: number; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Slab> {
  const { maxBytes = DEFAULT_SLAB_BYTES, ...readOptions } = options;
  for (const box of slabBoxes(reader.info, { maxBytes, thickness: reader.info.chunkShape[0] }))
    yield { box, voxels: await reader.read(box, readOptions) };
}

/**
 * Copies every voxel of every channel, in boxes on the chunk borders of the writer. Voxel types must be equal: nothing is
 * converted.
 */
export async function copyVolume(
  reader: VolumeReader,
  writer: VolumeWriter,
  options: { maxBytes?: number; signal?: AbortSignal | undefined; onProgress?: (fraction: number) => void } = {},
): Promise<void> {
  const { maxBytes = DEFAULT_SLAB_BYTES, signal, onProgress } = options;
  const { shape, channels, type } = reader.info;
  const boxes = divideBox(boxOfShape(shape), writer.chunkShape, maxBytes / bytesPerVoxel(type));
  let done = 0;
  for (let channel = 0; channel < channels; channel++)
    for (const box of boxes) {
      const voxels = await reader.read(box, { channel, signal });
      await writer.write(box, voxels, { channel });
      onProgress?.(++done / (boxes.length * channels));
    }
  if (voxelCount(shape) === 0) onProgress?.(1);
}
