import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import {
  blocksCovering,
  boxOfShape,
  boxShape,
  intersectBoxes,
  mapZyx,
  type Box,
  type VoxelSizeNm,
  type Zyx,
} from '#domain/geometry.ts';

import { partialPath } from '../atomicFile.ts';
import { errorCode, throwIfCancelled, withFileErrors } from '../fileErrors.ts';
import type { VolumeInfo, VolumeReader, VoxelArray, VoxelType } from '../volume.ts';
import { zarrArrayReader, type ZarrArrayReader } from './arrayReader.ts';
import { writeChunks } from './chunkWriter.ts';
import { coarserShape, downsample } from './downsample.ts';
import { factorOf, isZarr, listArrays, type ZarrNode } from './hierarchy.ts';
import { omeAttributes } from './multiscales.ts';
import { factorBetween } from './pyramid.ts';
import { DEFAULT_CACHE_BYTES, infoOf, planNode } from './reader.ts';

/** What a new OME-Zarr volume shall be. */
export interface OmeZarrSpec {
  /** z, y, x. */
  readonly shape: Zyx;
  /** More than one makes an array with axes c, z, y, x, whose chunks hold one channel. */
  readonly channels?: number;
  readonly type: VoxelType;
  /** null where it is not known: the axes then have no unit. */
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** Where voxel 0 lies, z, y, x in voxels: the translation of the levels; 0, 0, 0 when absent. */
  readonly offset?: Zyx;
  /** Edge of the cubic chunks; 64 when absent. */
  readonly chunk?: number;
  /** Downscaling of each level against the first, beginning with 1, 1, 1 (see `pyramidFactors`); one level when absent. */
  readonly levels?: readonly Zyx[];
  /** Coarser levels of an image hold averages, those of labels the most frequent label. */
  readonly kind: 'image' | 'labels';
}

export interface OmeZarrOptions {
  /** Decoded chunks that are kept, per level; 64 MiB when absent. */
  readonly cacheBytes?: number;
  /** zstd, 1 (fast) to 22; 1 when absent. */
  readonly zstdLevel?: number;
}

/**
 * An OME-Zarr 0.5 volume that is read and written block by block: the store of a project. What was never written is 0.
 * Blocks that start and end on chunk borders (or at the edge) are independent of each other: they may be written in any
 * order, different ones at the same time, and again. A write that is not `durable` survives the end of the process, not a
 * loss of power.
 */
export interface OmeZarrStore {
  /** The first level. */
  readonly info: VolumeInfo;
  readonly levels: readonly VolumeInfo[];
  /** Downscaling of each level against the first. */
  readonly factors: readonly Zyx[];
  readonly kind: OmeZarrSpec['kind'];
  read(box: Box, options?: { channel?: number; level?: number; signal?: AbortSignal | undefined }): Promise<VoxelArray>;
  /** With `durable` it waits until the disk holds the chunks. */
  write(box: Box, voxels: VoxelArray, options?: { channel?: number; level?: number; durable?: boolean }): Promise<void>;
  /** Computes the coarser levels from the first, block by block; `regions` (of the first level) limit it to what changed. */
  buildLevels(options?: {
    regions?: readonly Box[];
    durable?: boolean;
    signal?: AbortSignal | undefined;
    onProgress?: (fraction: number) => void;
  }): Promise<void>;
  close(): Promise<void>;
}

/** Blocks in which coarser levels are made, in chunks per axis. */
const CHUNKS_PER_BLOCK = 2;

/**
 * Makes an empty OME-Zarr volume at `path`, which must not exist. The metadata of the group come last: a folder without
 * them was not completed.
 */
export async function createOmeZarr(
  path: string,
  spec: OmeZarrSpec,
  options: OmeZarrOptions = {},
): Promise<OmeZarrStore> {
  checkSpec(path, spec);
  if (existsSync(join(path, 'zarr.json')))
    throw new FascicleError('conflict', `${path} exists already. Open it, remove it, or choose another name.`);
  const factors = spec.levels ?? [[1, 1, 1]];
  await withFileErrors(`Creating ${path}`, async () => {
    await makeFolder(path);
    for (const [level, factor] of factors.entries()) {
      await makeFolder(join(path, String(level)));
      await writeJson(join(path, String(level), 'zarr.json'), arrayMetadata(spec, factor));
    }
    const axes = (spec.channels ?? 1) > 1 ? 'czyx' : 'zyx';
    const attributes = omeAttributes({
      name: basename(path).replace(/(\.ome)?\.zarr(\.partial)?$/, ''),
      axes,
      voxelSizeNm: spec.voxelSizeNm,
      factors,
      isLabels: spec.kind === 'labels',
      offset: spec.offset,
    });
    await writeJson(join(path, 'zarr.json'), { zarr_format: 3, node_type: 'group', attributes });
  });
  return openOmeZarr(path, options);
}

/** Opens an OME-Zarr volume that `createOmeZarr` made, for reading and writing. */
export async function openOmeZarr(path: string, options: OmeZarrOptions = {}): Promise<OmeZarrStore> {
  if (!isZarr(path)) throw new FascicleError('not-found', `${path} is not a Zarr folder.`);
  const nodes = await listArrays(path);
  const image = nodes[0]?.level?.image;
  if (image === undefined || !nodes.every(isWritable))
    throw new FascicleError(
      'unsupported',
      `${path} cannot be written to: it is not an OME-Zarr 0.5 volume (Zarr v3, zstd) made by this program. Convert it first.`,
    );
  const levels = nodes.map((node) => infoOf(path, node, planNode(node, null)));
  const readers = nodes.map((node, level) =>
    zarrArrayReader(node.array, planNode(node, null), levels[level]!, options.cacheBytes ?? DEFAULT_CACHE_BYTES),
  );
  const factors = nodes.map((node) => factorOf(node, nodes[0]!)!);
  return storeOf(nodes, readers, factors, image.isLabels ? 'labels' : 'image', options.zstdLevel ?? 1);
}

function storeOf(
  nodes: readonly ZarrNode[],
  readers: readonly ZarrArrayReader[],
  factors: readonly Zyx[],
  kind: OmeZarrSpec['kind'],
  zstdLevel: number,
): OmeZarrStore {
  const readerOf = (level: number): ZarrArrayReader => {
    const reader = readers[level];
    if (reader === undefined)
      throw new FascicleError(
        'bad-request',
        `${readers[0]!.info.source} has ${readers.length} level(s); level ${level} does not exist.`,
      );
    return reader;
  };
  const store: OmeZarrStore = {
    info: readers[0]!.info,
    levels: readers.map(({ info }) => info),
    factors,
    kind,
    read: (box, { level = 0, ...options } = {}) => readerOf(level).read(box, options),
    async write(box, voxels, { channel = 0, level = 0, durable = false } = {}) {
      const reader = readerOf(level);
      const how = { channel, zstdLevel, durable };
      try {
        await writeChunks(nodes[level]!.array.entry.folder, reader.info, box, voxels, how);
      } finally {
        // Also after a failure: some chunks of the block may have been replaced.
        reader.forget(box, channel);
      }
    },
    async buildLevels({ regions = [boxOfShape(readers[0]!.info.shape)], durable = false, signal, onProgress } = {}) {
      for (let level = 1; level < readers.length; level++) {
        const factor = factorBetween(factors[level - 1]!, factors[level]!)!;
        const blocks = blocksToBuild(readers[level]!.info, regions, factors[level]!);
        for (const [done, block] of blocks.entries()) {
          throwIfCancelled(signal);
          await buildBlock(store, level, block, factor, { durable, signal });
          onProgress?.((level - 1 + (done + 1) / blocks.length) / (readers.length - 1));
        }
      }
      onProgress?.(1);
    },
    async close() {
      await Promise.all(readers.map((reader) => reader.close()));
    },
  };
  return store;
}

/** The blocks of a level that depend on regions of the first level, each once, aligned to chunks. */
function blocksToBuild(info: VolumeInfo, regions: readonly Box[], factor: Zyx): Box[] {
  const unit = mapZyx((axis) => info.chunkShape[axis] * CHUNKS_PER_BLOCK);
  const blocks = new Map<string, Box>();
  for (const region of regions) {
    const min = mapZyx((axis) => Math.floor(region.min[axis] / factor[axis] / unit[axis]) * unit[axis]);
    const max = mapZyx((axis) => Math.ceil(Math.ceil(region.max[axis] / factor[axis]) / unit[axis]) * unit[axis]);
    for (const block of blocksCovering(intersectBoxes({ min, max }, boxOfShape(info.shape)), unit))
      blocks.set(block.min.join(), block);
  }
  return [...blocks.values()];
}

async function buildBlock(
  store: OmeZarrStore,
  level: number,
  block: Box,
  factor: Zyx,
  { durable, signal }: { durable: boolean; signal: AbortSignal | undefined },
): Promise<void> {
  const finer = store.levels[level - 1]!;
  const source = intersectBoxes(
    { min: mapZyx((axis) => block.min[axis] * factor[axis]), max: mapZyx((axis) => block.max[axis] * factor[axis]) },
    boxOfShape(finer.shape),
  );
  for (let channel = 0; channel < finer.channels; channel++) {
    const voxels = await store.read(source, { level: level - 1, channel, signal });
    const coarse = downsample(voxels, boxShape(source), factor, store.kind === 'labels' ? 'mode' : 'mean');
    await store.write(block, coarse, { level, channel, durable });
  }
}

function checkSpec(path: string, spec: OmeZarrSpec): void {
  const { shape, channels = 1, chunk = 64, levels = [] } = spec;
  if (![...shape, channels, chunk].every((extent) => Number.isSafeInteger(extent) && extent > 0))
    throw new FascicleError(
      'bad-request',
      `${path} cannot be made: shape ${shape.join(' x ')}, ${channels} channel(s) and chunk ${chunk} must be whole numbers above 0.`,
    );
  const nested = levels.every((factor, level) =>
    level === 0 ? factor.every((value) => value === 1) : factorBetween(levels[level - 1]!, factor) !== null,
  );
  if (!nested)
    throw new FascicleError(
      'bad-request',
      `The levels ${JSON.stringify(levels)} must begin with 1, 1, 1, and each be a whole multiple of the one before.`,
    );
}

function arrayMetadata(spec: OmeZarrSpec, factor: Zyx): object {
  const shape = coarserShape(spec.shape, factor);
  const chunk = spec.chunk ?? 64;
  const channels = spec.channels ?? 1;
  const stored = (zyx: Zyx, channel: number): number[] => (channels > 1 ? [channel, ...zyx] : [...zyx]);
  const isOneByte = spec.type === 'uint8' || spec.type === 'int8';
  return {
    zarr_format: 3,
    node_type: 'array',
    shape: stored(shape, channels),
    data_type: spec.type,
    chunk_grid: { name: 'regular', configuration: { chunk_shape: stored([chunk, chunk, chunk], 1) } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    codecs: [
      isOneByte ? { name: 'bytes' } : { name: 'bytes', configuration: { endian: 'little' } },
      { name: 'zstd', configuration: { level: 1, checksum: true } },
    ],
    fill_value: 0,
    attributes: {},
    dimension_names: channels > 1 ? ['c', 'z', 'y', 'x'] : ['z', 'y', 'x'],
  };
}

/** True for arrays that `writeChunks` writes: its chunk names, its codecs, zero where nothing is stored. */
function isWritable({ array, level }: ZarrNode): boolean {
  if ((level?.level.scale ?? null) === null) return false;
  const { version, filters, axes, storedChunks } = array.entry;
  return version === 3 && filters.join() === 'zstd' && (axes === 'zyx' || (axes === 'czyx' && storedChunks[0] === 1));
}

/** Makes a folder in one that exists: a misspelt path is an error, not a new tree. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    // What an interrupted creation left is completed.
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

async function writeJson(path: string, content: object): Promise<void> {
  await writeFile(partialPath(path), `${JSON.stringify(content, null, 2)}\n`);
  await rename(partialPath(path), path);
}

/** A store seen as a plain reader of its first level. */
export function readerOfStore(store: OmeZarrStore): VolumeReader {
  return { info: store.info, read: (box, options) => store.read(box, options), close: () => store.close() };
}
