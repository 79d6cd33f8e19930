import {
  blocksCovering,
  boxesEqual,
  boxOfShape,
  boxShape,
  intersectBoxes,
  mapZyx,
  voxelCount,
  type Box,
  type Zyx,
} from '#domain/geometry.ts';

import { throwIfCancelled } from './fileErrors.ts';
import { createLruCache } from './lruCache.ts';
import { checkBox, copyRegion, formatBox } from './regions.ts';
import type { VolumeReader, VoxelArray } from './volume.ts';
import { allocateVoxels, bytesPerVoxel } from './voxelTypes.ts';

/**
 * A reader that keeps the chunks it has read, for formats that decode a whole chunk for any part of it: boxes that overlap
 * or cut chunks (blocks with a halo) then decode each chunk once.
 *
 * @param maxBytes kept at most; boxes larger than half of it are read directly, since they would push out everything
 */
export function withChunkCache(reader: VolumeReader, maxBytes: number): VolumeReader {
  const { info } = reader;
  const volume = boxOfShape(info.shape);
  const cache = createLruCache<VoxelArray>(maxBytes, (voxels) => voxels.byteLength);
  return {
    info,
    async read(box, { channel = 0, signal } = {}) {
      checkBox(info, box, channel);
      throwIfCancelled(signal);
      const touched = intersectBoxes(outwards(box, info.chunkShape), volume);
      const isAligned = boxesEqual(touched, box);
      if (isAligned || voxelCount(boxShape(touched)) * bytesPerVoxel(info.type) * 2 > maxBytes)
        return reader.read(box, { channel, signal });
      const voxels = allocateVoxels(info.type, voxelCount(boxShape(box)));
      const chunks = voxels.length === 0 ? [] : blocksCovering(touched, info.chunkShape);
      for (const chunk of chunks) {
        throwIfCancelled(signal);
        const read = (): Promise<VoxelArray> => reader.read(chunk, { channel });
        copyRegion({ voxels: await cache.get(`${channel}/${formatBox(chunk)}`, read), box: chunk }, { voxels, box });
      }
      return voxels;
    },
    async close() {
      cache.clear();
      await reader.close();
    },
  };
}

/** The box grown to multiples of `unit`. */
function outwards(box: Box, unit: Zyx): Box {
  return {
    min: mapZyx((axis) => Math.floor(box.min[axis] / unit[axis]) * unit[axis]),
    max: mapZyx((axis) => Math.ceil(box.max[axis] / unit[axis]) * unit[axis]),
  };
}
