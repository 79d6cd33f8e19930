import { boxShape, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import { storedWindow, stridesOf, type AxisPlan } from '../axes.ts';
import { forEachLimited } from '../concurrency.ts';
import { throwIfCancelled } from '../fileErrors.ts';
import { createLruCache } from '../lruCache.ts';
import { checkBox, copyRegion } from '../regions.ts';
import type { VolumeInfo, VolumeReader, VoxelArray } from '../volume.ts';
import { allocateVoxels } from '../voxelTypes.ts';
import type { ZarrArray, ZarrChunk } from './array.ts';

/** Chunks that are read and decoded at a time; the pool that decodes has four threads. */
const CONCURRENT_CHUNKS = 8;

/** A reader that can be told that chunks have changed on disk. */
export interface ZarrArrayReader extends VolumeReader {
  /** Forgets the decoded chunks of a channel that meet the box. */
  forget(box: Box, channel: number): void;
}

/** The chunk of an array along z, y, x. */
export function chunkShapeZyx(array: ZarrArray, plan: AxisPlan): Zyx {
  const { storedChunks } = array.entry;
  const extent = (letter: string): number =>
    plan.axes.includes(letter) ? storedChunks[plan.axes.indexOf(letter)]! : 1;
  return [extent('z'), extent('y'), extent('x')];
}

/**
 * Reads boxes of an array chunk by chunk.
 * @param cacheBytes decoded chunks kept for the next read; neighbouring boxes with a halo share them
 */
export function zarrArrayReader(
  array: ZarrArray,
  plan: AxisPlan,
  info: VolumeInfo,
  cacheBytes: number,
): ZarrArrayReader {
  const { storedChunks } = array.entry;
  const channelAxis = plan.axes.indexOf('c');
  const channelChunk = channelAxis < 0 ? 1 : storedChunks[channelAxis]!;
  const cache = createLruCache<ZarrChunk>(cacheBytes, ({ voxels }) => voxels.byteLength);

  const readInto = async (target: VoxelArray, box: Box, channel: number, indices: readonly number[]): Promise<void> => {
    const chunk = await cache.get(indices.join('/'), () => array.readChunk(indices));
    const start = indices.map((index, axis) => index * storedChunks[axis]!);
    const along = (letter: string): number => (plan.axes.includes(letter) ? start[plan.axes.indexOf(letter)]! : 0);
    const min: Zyx = [along('z'), along('y'), along('x')];
    const max: Zyx = [min[0] + info.chunkShape[0], min[1] + info.chunkShape[1], min[2] + info.chunkShape[2]];
    const first = channelAxis < 0 ? 0 : (channel % channelChunk) * chunk.strides[channelAxis]!;
    const voxels = chunk.voxels.subarray(first) as VoxelArray;
    copyRegion({ voxels, box: { min, max }, strides: stridesOf(plan, chunk.strides) }, { voxels: target, box });
  };

  return {
    info,
    async read(box, { channel = 0, signal } = {}) {
      checkBox(info, box, channel);
      throwIfCancelled(signal);
      const voxels = allocateVoxels(info.type, voxelCount(boxShape(box)));
      if (voxels.length === 0) return voxels;
      await forEachLimited(chunksOf(plan, storedChunks, box, channel), CONCURRENT_CHUNKS, async (indices) => {
        throwIfCancelled(signal);
        await readInto(voxels, box, channel, indices);
      });
      return voxels;
    },
    forget(box, channel) {
      for (const indices of chunksOf(plan, storedChunks, box, channel)) cache.delete(indices.join('/'));
    },
    async close() {
      cache.clear();
    },
  };
}

/** The indices of the chunks that one channel of a box meets, last axis fastest. */
function* chunksOf(plan: AxisPlan, storedChunks: readonly number[], box: Box, channel: number): Generator<number[]> {
  const { start, count } = storedWindow(plan, box, channel);
  const first = start.map((value, axis) => Math.floor(value / storedChunks[axis]!));
  const last = start.map((value, axis) => Math.floor((value + count[axis]! - 1) / storedChunks[axis]!));
  const indices = [...first];
  for (;;) {
    yield [...indices];
    let axis = indices.length - 1;
    while (axis >= 0 && indices[axis] === last[axis]) {
      indices[axis] = first[axis]!;
      axis--;
    }
    if (axis < 0) return;
    indices[axis]!++;
  }
}
