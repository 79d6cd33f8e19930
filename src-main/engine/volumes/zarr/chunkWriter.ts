import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { blocksCovering, boxShape, mapZyx, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import { partialPath, syncPath } from '../atomicFile.ts';
import { forEachLimited } from '../concurrency.ts';
import { asFileError } from '../fileErrors.ts';
import { checkBox, checkVoxels, copyRegion, formatBox } from '../regions.ts';
import type { VolumeInfo, VoxelArray } from '../volume.ts';
import { allocateVoxels, bytesOfVoxels } from '../voxelTypes.ts';
import { packZstd } from './codecs.ts';

/** Chunks that are packed and written at a time; the pool that packs has four threads. */
const CONCURRENT_CHUNKS = 8;

/**
 * Writes one channel of a box to the chunk files of a Zarr v3 array. The box starts on chunk borders and ends on chunk
 * borders or at the edge of the volume, so that blocks never share a chunk: they can be written in any order, at the same
 * time, and again, and give the same bytes. Each file appears whole or not at all. A chunk of zeros is not stored.
 *
 * @param folder the folder of the array
 * @param options.zstdLevel 1 (fast) to 22
 * @param options.durable waits until the disk holds the chunks
 */
export async function writeChunks(
  folder: string,
  info: VolumeInfo,
  box: Box,
  voxels: VoxelArray,
  { channel, zstdLevel, durable }: { channel: number; zstdLevel: number; durable: boolean },
): Promise<void> {
  checkBox(info, box, channel);
  checkVoxels(info, box, voxels);
  if (voxels.length === 0) return;
  checkAligned(info, box);
  await forEachLimited(blocksCovering(box, info.chunkShape), CONCURRENT_CHUNKS, async (part) => {
    const index = mapZyx((axis) => part.min[axis] / info.chunkShape[axis]);
    const indices = info.storedAxes === 'czyx' ? [channel, ...index] : index;
    const chunk = cutChunk(info, box, voxels, part);
    const bytes = chunk === null ? null : await packZstd(chunk, zstdLevel);
    await writeChunk(join(folder, 'c', ...indices.map(String)), bytes, durable);
  });
}

/** The whole chunk that begins at `part`, padded with zeros beyond the edge; null where all of it is zero. */
function cutChunk(info: VolumeInfo, box: Box, voxels: VoxelArray, part: Box): Uint8Array | null {
  const chunk = allocateVoxels(info.type, voxelCount(info.chunkShape));
  const chunkBox: Box = { min: part.min, max: mapZyx((axis) => part.min[axis] + info.chunkShape[axis]) };
  copyRegion({ voxels, box }, { voxels: chunk, box: chunkBox });
  const bytes = bytesOfVoxels(chunk);
  return isZero(bytes) ? null : bytes;
}

/** Comparing with itself one byte on is a comparison of memory, which loops over bytes cannot match. */
function isZero(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && Buffer.compare(bytes.subarray(1), bytes.subarray(0, -1)) === 0;
}

async function writeChunk(path: string, bytes: Uint8Array | null, durable: boolean): Promise<void> {
  try {
    if (bytes === null) {
      await rm(path, { force: true });
      if (durable && existsSync(dirname(path))) await syncPath(dirname(path));
      return;
    }
    const temporary = partialPath(path);
    try {
      await writeNew(temporary, bytes, durable);
      await rename(temporary, path);
      if (durable) await syncPath(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw asFileError(error, `Writing ${path}`);
  }
}

/** Writes a file and makes its folder where that is missing: most chunks find it there. */
async function writeNew(path: string, bytes: Uint8Array, flush: boolean): Promise<void> {
  try {
    await writeFile(path, bytes, { flush });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes, { flush });
  }
}

function checkAligned(info: VolumeInfo, box: Box): void {
  const { chunkShape, shape } = info;
  const aligned = ([0, 1, 2] as const).every(
    (axis) =>
      box.min[axis] % chunkShape[axis] === 0 &&
      (box.max[axis] % chunkShape[axis] === 0 || box.max[axis] === shape[axis]),
  );
  if (!aligned)
    throw new FascicleError(
      'bad-request',
      `The box ${formatBox(box)} cuts through chunks of ${info.source}. Boxes must start on multiples of ` +
        `${(chunkShape satisfies Zyx).join(', ')} (z, y, x) and end on one or at the edge (${shape.join(', ')}). The box has ` +
        `${boxShape(box).join(' x ')} voxels.`,
    );
}
