import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { asFileError, errorCode } from '#volumes/fileErrors.ts';
import { voxelsFromBytes } from '#volumes/voxelTypes.ts';
import { openOmeZarr, unpackZstd } from '#volumes/zarr/index.ts';

import { blockTypeBytes, isBlockType } from './blockArrays.ts';
import type { ChunkCache, ChunkTier } from './chunkCache.ts';
import { freeMemory } from './freeMemory.ts';
import { readFromChunks } from './readFromChunks.ts';
import type { BlockArray, Chunk, ChunkOptions, VoxelSource } from './voxelSource.ts';

/** Decoded bytes of all chunks and channels of a level that counts as small. */
const MOST_COARSE_BYTES = 24 * 2 ** 20;

/** A packed chunk under this size may be of one value; above it is not worth looking. */
const UNIFORM_PACKED_BYTES = 256;

/**
 * A store of the project (an OME-Zarr volume that this program wrote) as a source. Chunks are read and unpacked in the pool of background
 * threads, straight from their files: nothing is copied on the way into the cache.
 *
 * @param name begins the keys of the store's chunks in the cache
 * @throws FascicleError as `openOmeZarr`
 */
export async function openStoreSource(path: string, name: string, cache: ChunkCache): Promise<VoxelSource> {
  const store = await openOmeZarr(path, { cacheBytes: 0 });
  await store.close();
  const { type, channels, chunkShape, storedAxes } = store.info;
  if (!isBlockType(type))
    throw new FascicleError('unsupported', `${path} holds ${type}, which is not a type of a store of a project.`);
  const chunkBytes = voxelCount(chunkShape) * blockTypeBytes(type);

  const load = async (file: string, signal: AbortSignal): Promise<Chunk> => {
    const packed = await readChunkFile(file, signal);
    if (packed === null) return { uniform: 0 };
    const bytes = await unpackZstd(packed, chunkBytes).catch((cause: unknown) => {
      throw new FascicleError('bad-file', `${file} cannot be unpacked: the chunk is damaged.`, { cause });
    });
    if (bytes.byteLength !== chunkBytes)
      throw new FascicleError('bad-file', `${file} holds ${bytes.byteLength} bytes; ${chunkBytes} are expected.`);
    const voxels = voxelsFromBytes(type, bytes);
    const mayBeUniform = packed.byteLength < UNIFORM_PACKED_BYTES;
    freeMemory(packed);
    if (!mayBeUniform || !isUniform(voxels)) return { voxels };
    const [uniform] = voxels;
    freeMemory(voxels);
    return { uniform };
  };

  const tiers = store.levels.map(({ shape }): ChunkTier => {
    const chunks = voxelCount(mapZyx((axis) => Math.ceil(shape[axis] / chunkShape[axis])));
    return chunks * channels * chunkBytes <= MOST_COARSE_BYTES ? 'coarse' : 'fine';
  });

  const source: VoxelSource = {
    type,
    channels,
    levels: store.levels.map(({ shape }, level) => ({ shape, factor: store.factors[level] })),
    hasStoredLevels: true,
    voxelSizeNm: store.info.voxelSizeNm,
    chunkShape,
    chunk(level, index, { channel, ...request }: ChunkOptions) {
      const indices: readonly number[] = storedAxes === 'czyx' ? [channel, ...index] : (index satisfies Zyx);
      const place = join(store.levels[level].dataset!, 'c', ...indices.map(String));
      return cache.get(`${name}/${place}`, (abort) => load(join(path, place), abort), {
        ...request,
        tier: tiers[level],
      });
    },
    read: (level, box, options) => readFromChunks(source, level, box, options),
    close: async () => cache.forget(`${name}/`),
  };
  return source;
}

/** The packed bytes of a chunk; null where nothing is stored. */
async function readChunkFile(file: string, signal: AbortSignal): Promise<Uint8Array | null> {
  try {
    return await readFile(file, { signal });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (signal.aborted) throw new FascicleError('cancelled', `Reading ${file} was given up.`, { cause: error });
    throw asFileError(error, `Reading ${file}`);
  }
}

function isUniform(voxels: BlockArray): boolean {
  const first = voxels[0];
  return voxels.every((value: number) => value === first);
}
