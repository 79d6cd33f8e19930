import { rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { File } from 'h5wasm/node';

import { FascicleError } from '#domain/errors.ts';
import { boxShape, mapZyx, voxelCount, type Box, type VoxelSizeNm, type Zyx } from '#domain/geometry.ts';

import { partialPath, publish, removePartial } from '../atomicFile.ts';
import { divideBox } from '../divideBox.ts';
import { asFileError } from '../fileErrors.ts';
import { checkBox, checkVoxels, cutRegion } from '../regions.ts';
import type { VolumeInfo, VolumeWriter, VoxelArray, VoxelType } from '../volume.ts';
import { allocateVoxels, bytesOfVoxels, bytesPerVoxel } from '../voxelTypes.ts';
import { hdf5Library, libraryPath, takeDiagnosis, type Hdf5File, type Hdf5Group, type Hdf5Library } from './library.ts';

/** What a new dataset shall be. */
export interface Hdf5DatasetSpec {
  /** Path in the file; groups on the way are made. */
  readonly dataset: string;
  /** z, y, x. */
  readonly shape: Zyx;
  readonly type: VoxelType;
  /** Written as the attribute `resolution` (nm); left out where it is not known. */
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** Where voxel 0 lies, z, y, x in nm: written as the attribute `offset`. */
  readonly offsetNm?: Zyx;
  /** More than one makes a dataset with axes c, z, y, x. */
  readonly channels?: number;
  /** 32 x 128 x 128, or less where the volume is smaller, when absent. */
  readonly chunkShape?: Zyx;
  /** 0 stores voxels as they are, 9 packs hardest; 1 when absent. */
  readonly gzipLevel?: number;
}

/** A dataset that takes boxes in any order. */
export type Hdf5DatasetWriter = Pick<VolumeWriter, 'write' | 'chunkShape'>;

/** An HDF5 file being written, of one or several datasets. */
export interface Hdf5FileWriter {
  addDataset(spec: Hdf5DatasetSpec): Hdf5DatasetWriter;
  finish(): Promise<void>;
  discard(): Promise<void>;
}

const DEFAULT_CHUNK: Zyx = [32, 128, 128];
/** The most that one synchronous call of the library moves: long writes give way to other work in between. */
const MAX_BYTES_PER_CALL = 32 * 2 ** 20;

/** Starts an HDF5 file with one dataset. */
export async function createHdf5Volume(path: string, spec: Hdf5DatasetSpec): Promise<VolumeWriter> {
  const file = await createHdf5File(path);
  try {
    return { ...file.addDataset(spec), finish: file.finish, discard: file.discard };
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/**
 * Starts an HDF5 file under the name `<path>.partial`; `finish` moves it to `path`, replacing what was there.
 */
export async function createHdf5File(path: string): Promise<Hdf5FileWriter> {
  const library = await hdf5Library();
  const temporary = partialPath(path);
  try {
    // The library would report a folder that is missing or protected by a status only.
    await rm(temporary, { recursive: true, force: true });
  } catch (error) {
    throw asFileError(error, `Writing ${path}`);
  }
  takeDiagnosis();
  const file = new File(libraryPath(temporary), 'w');
  if (file.file_id < 0n) {
    const error = storageError(path, 'creating the file');
    // On a full disk the empty file was made before the first byte did not fit.
    await removePartial(path).catch(() => undefined);
    throw error;
  }
  let state: 'open' | 'closed' = 'open';

  const close = (): void => {
    if (state === 'closed') return;
    state = 'closed';
    takeDiagnosis();
    if (file.close() < 0) throw storageError(path, 'closing the file');
  };
  const discard = async (): Promise<void> => {
    try {
      close();
    } catch {
      // The file is removed next; that it could not be completed no longer matters.
    }
    await removePartial(path);
  };

  return {
    addDataset(spec) {
      const info = infoOfSpec(path, spec);
      createDataset(file, spec, info, path);
      return {
        chunkShape: info.chunkShape,
        async write(box, voxels, { channel = 0 } = {}) {
          checkBox(info, box, channel);
          checkVoxels(info, box, voxels);
          if (state === 'closed')
            throw new FascicleError('bad-request', `${path} was completed; nothing can be added to it.`);
          await writeParts(library, file, info, box, voxels, channel, path);
        },
      };
    },
    async finish() {
      try {
        close();
        await publish(path);
      } catch (error) {
        await discard();
        throw error;
      }
    },
    discard,
  };
}

function infoOfSpec(path: string, spec: Hdf5DatasetSpec): VolumeInfo {
  const { shape, type, voxelSizeNm } = spec;
  const channels = spec.channels ?? 1;
  if (![...shape, channels].every((extent) => Number.isInteger(extent) && extent > 0))
    throw new FascicleError(
      'bad-request',
      `The shape ${shape.join(' x ')} with ${channels} channel(s) holds no voxels.`,
    );
  const chunk = spec.chunkShape ?? DEFAULT_CHUNK;
  return {
    source: `${path}:/${spec.dataset}`,
    format: 'hdf5',
    dataset: spec.dataset.replace(/^\/+|\/+$/g, ''),
    shape,
    channels,
    type,
    voxelSizeNm,
    storedAxes: channels > 1 ? 'czyx' : 'zyx',
    chunkShape: mapZyx((axis) => Math.min(shape[axis], chunk[axis])),
  };
}

function createDataset(file: Hdf5File, spec: Hdf5DatasetSpec, info: VolumeInfo, path: string): void {
  const hasChannels = info.channels > 1;
  const stored = (zyx: Zyx, channels: number): number[] => (hasChannels ? [channels, ...zyx] : [...zyx]);
  const name = info.dataset!.split('/').at(-1)!;
  const parent = makeGroups(file, info.dataset!.split('/').slice(0, -1));
  const gzipLevel = spec.gzipLevel ?? 1;
  takeDiagnosis();
  // The library wants voxels to create a dataset: one chunk of zeros, then the full extent.
  const dataset = parent.create_dataset({
    name,
    data: allocateVoxels(info.type, voxelCount(info.chunkShape)),
    shape: stored(info.chunkShape, 1),
    maxshape: stored(info.shape, info.channels),
    chunks: stored(info.chunkShape, 1),
    ...(gzipLevel > 0 ? { compression: 'gzip', compression_opts: gzipLevel } : {}),
  });
  if (dataset.resize(stored(info.shape, info.channels)) < 0)
    throw storageError(path, `making the dataset '${info.dataset}'`);
  dataset.create_attribute('axes', info.storedAxes);
  if (info.voxelSizeNm !== null) {
    dataset.create_attribute('resolution', Float64Array.from(info.voxelSizeNm));
    dataset.create_attribute('resolution_unit', 'nm');
  }
  if (spec.offsetNm !== undefined) dataset.create_attribute('offset', Float64Array.from(spec.offsetNm));
}

function makeGroups(file: Hdf5File, names: readonly string[]): Hdf5Group {
  let group: Hdf5Group = file;
  for (const name of names)
    group = group.keys().includes(name) ? (group.get(name) as Hdf5Group) : group.create_group(name);
  return group;
}

async function writeParts(
  library: Hdf5Library,
  file: Hdf5File,
  info: VolumeInfo,
  box: Box,
  voxels: VoxelArray,
  channel: number,
  path: string,
): Promise<void> {
  if (voxels.length === 0) return;
  const parts = divideBox(box, info.chunkShape, MAX_BYTES_PER_CALL / bytesPerVoxel(info.type));
  for (const part of parts) {
    const bytes = bytesOfVoxels(parts.length === 1 ? voxels : cutRegion({ voxels, box }, part));
    const prefix = info.channels > 1 ? [channel] : [];
    const count = [...prefix.map(() => 1), ...boxShape(part)];
    writePart(library, file, info.dataset!, [...prefix, ...part.min], count, bytes, path);
    if (part !== parts.at(-1)) await nextTurn();
  }
}

function writePart(
  library: Hdf5Library,
  file: Hdf5File,
  dataset: string,
  start: readonly number[],
  count: readonly number[],
  bytes: Uint8Array,
  path: string,
): void {
  const pointer = library._malloc(bytes.byteLength);
  if (pointer === 0)
    throw new FascicleError(
      'unsupported',
      `${path}: no memory for a block of ${bytes.byteLength} bytes; write smaller ones.`,
    );
  try {
    library.HEAPU8.set(bytes, pointer);
    takeDiagnosis();
    const big = (values: readonly number[]): bigint[] => values.map(BigInt);
    const ones = big(count.map(() => 1));
    const status = library.set_dataset_data(file.file_id, dataset, big(count), big(start), ones, BigInt(pointer));
    if (status < 0) throw storageError(path, `writing the dataset '${dataset}'`);
  } finally {
    library._free(pointer);
  }
}

function storageError(path: string, doing: string): FascicleError {
  const reason = takeDiagnosis();
  const advice = /no space/i.test(reason)
    ? 'The disk is full: free some space or choose another folder.'
    : 'Check that the folder exists, can be written to and has space.';
  return new FascicleError('storage', `${path}: ${doing} failed: ${reason}. ${advice}`);
}
