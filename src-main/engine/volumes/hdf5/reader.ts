import { setImmediate as nextTurn } from 'node:timers/promises';

import { FascicleError } from '#domain/errors.ts';
import { boxShape, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import { startFromAttributes, stated, voxelSizeFromAttributes } from '../attributes.ts';
import { storedWindow, toZyxOrder, type AxisPlan } from '../axes.ts';
import { chooseDataset, findDataset } from '../chooseDataset.ts';
import { withChunkCache } from '../chunkCache.ts';
import { divideBox } from '../divideBox.ts';
import { throwIfCancelled } from '../fileErrors.ts';
import { checkBox, copyRegion } from '../regions.ts';
import type { OpenOptions, VolumeInfo, VolumeReader, VoxelArray } from '../volume.ts';
import { allocateVoxels, bytesPerVoxel, voxelsFromBytes } from '../voxelTypes.ts';
import { listDatasets, planDataset, type Hdf5Entry } from './catalogue.ts';

import { asHdf5Error, openHdf5File } from './file.ts';
import { hdf5Library, takeDiagnosis, type Hdf5File } from './library.ts';

/** The most that one synchronous call of the library moves: long reads give way to other work in between. */
const MAX_BYTES_PER_CALL = 32 * 2 ** 20;
/** Decoded chunks that are kept for the next read. */
const CACHE_BYTES = 64 * 2 ** 20;

/** Opens one dataset of an HDF5 file. */
export async function openHdf5(path: string, options: OpenOptions = {}): Promise<VolumeReader> {
  const file = await openHdf5File(path);
  try {
    const entries = listDatasets(file);
    const entry =
      (options.dataset ?? null) === null
        ? chooseDataset(entries, options.role ?? 'image', path)
        : findDataset(entries, options.dataset ?? '', path);
    if (entry.missingFilters.length > 0)
      throw new FascicleError(
        'unsupported',
        `The dataset '${entry.dataset}' of ${path} is packed with ${entry.missingFilters.join(', ')}, which is not read. ` +
          `Accepted: gzip, shuffle, fletcher32, nbit, scale-offset. Store it again with gzip (h5repack -f GZIP=1).`,
      );
    const plan = planDataset(entry, options.axes ?? null, `The dataset '${entry.dataset}' of ${path}`);
    const reader = await hdf5Reader(file, infoOf(path, entry, plan), plan);
    return entry.storedChunks === null ? reader : withChunkCache(reader, CACHE_BYTES);
  } catch (error) {
    file.close();
    throw asHdf5Error(error, path);
  }
}

/** What `openHdf5` would say of a dataset. */
export function infoOf(path: string, entry: Hdf5Entry, plan: AxisPlan): VolumeInfo {
  return {
    source: `${path}:/${entry.dataset}`,
    format: 'hdf5',
    dataset: entry.dataset,
    shape: plan.shape,
    channels: plan.channels,
    type: entry.type!,
    voxelSizeNm: voxelSizeFromAttributes(entry.attributes, plan),
    ...stated(startFromAttributes(entry.attributes, plan)),
    storedAxes: plan.axes,
    chunkShape: chunkShapeOf(entry, plan),
  };
}

/** The chunk along z, y, x; one row where the dataset is stored in one piece. */
function chunkShapeOf(entry: Hdf5Entry, plan: AxisPlan): Zyx {
  const { storedChunks } = entry;
  if (storedChunks === null) return [1, 1, plan.shape[2]];
  const extent = (letter: string): number =>
    plan.axes.includes(letter) ? storedChunks[plan.axes.indexOf(letter)]! : 1;
  return [extent('z'), extent('y'), extent('x')];
}

async function hdf5Reader(file: Hdf5File, info: VolumeInfo, plan: AxisPlan): Promise<VolumeReader> {
  const library = await hdf5Library();
  let open = true;

  const readPiece = (box: Box, channel: number): VoxelArray => {
    const { start, count } = storedWindow(plan, box, channel);
    const bytes = voxelCount(boxShape(box)) * bytesPerVoxel(info.type);
    const pointer = library._malloc(bytes);
    if (pointer === 0)
      throw new FascicleError(
        'unsupported',
        `${info.source}: no memory for a block of ${bytes} bytes; ask for a smaller one.`,
      );
    try {
      takeDiagnosis();
      const big = (values: readonly number[]): bigint[] => values.map(BigInt);
      const ones = big(count.map(() => 1));
      const status = library.get_dataset_data(
        file.file_id,
        info.dataset!,
        big(count),
        big(start),
        ones,
        BigInt(pointer),
      );
      if (status < 0)
        throw new FascicleError(
          'bad-file',
          `${info.source}: the voxels ${box.min.join(',')} to ${box.max.join(',')} (z,y,x) cannot be read: ` +
            `${takeDiagnosis()}. The file is damaged; copy it again from where it came.`,
        );
      // The library has brought big-endian numbers into the order of this machine.
      const voxels = voxelsFromBytes(info.type, library.HEAPU8.slice(pointer, pointer + bytes));
      return toZyxOrder(plan, voxels, box, count);
    } finally {
      library._free(pointer);
    }
  };

  return {
    info,
    async read(box, { channel = 0, signal } = {}) {
      checkBox(info, box, channel);
      if (!open) throw new FascicleError('bad-request', `${info.source} was closed; open it again to read from it.`);
      throwIfCancelled(signal);
      const shape = boxShape(box);
      if (voxelCount(shape) === 0) return allocateVoxels(info.type, 0);
      const pieces = divideBox(box, info.chunkShape, MAX_BYTES_PER_CALL / bytesPerVoxel(info.type));
      if (pieces.length === 1) return readPiece(box, channel);
      const voxels = allocateVoxels(info.type, voxelCount(shape));
      for (const piece of pieces) {
        copyRegion({ voxels: readPiece(piece, channel), box: piece }, { voxels, box });
        await nextTurn();
        throwIfCancelled(signal);
      }
      return voxels;
    },
    async close() {
      if (open) file.close();
      open = false;
    },
  };
}
