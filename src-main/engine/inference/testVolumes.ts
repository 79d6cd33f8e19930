import { boxOfShape, boxShape, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { VolumeReader, VoxelArray, VoxelType } from '#volumes/volume.ts';

import type { BlockSink } from './inferVolume.ts';

/** Volumes in memory, for specs. */

/** A reader over an array, which it never hands out itself. */
export function memoryReader(
  voxels: VoxelArray,
  shape: Zyx,
  options: { voxelSizeNm?: VoxelSizeNm; chunkShape?: Zyx } = {},
): VolumeReader {
  const type = voxels.constructor.name.replace('Array', '').replace('Big', '').toLowerCase() as VoxelType;
  return {
    info: {
      source: 'memory',
      format: 'memory',
      dataset: null,
      shape,
      channels: 1,
      type,
      voxelSizeNm: options.voxelSizeNm ?? null,
      storedAxes: 'zyx',
      chunkShape: options.chunkShape ?? [8, 8, 8],
    },
    read: (box) => Promise.resolve(cut(voxels, shape, box)),
    close: () => Promise.resolve(),
  };
}

/** A part of a dense array, z, y, x. */
export function cut<T extends VoxelArray>(voxels: T, shape: Zyx, box: Box): T {
  const part = boxShape(box);
  const result = new (voxels.constructor as new (length: number) => T)(voxelCount(part));
  let to = 0;
  for (let z = box.min[0]; z < box.max[0]; z++)
    for (let y = box.min[1]; y < box.max[1]; y++)
      for (let x = box.min[2]; x < box.max[2]; x++) result[to++] = voxels[(z * shape[1] + y) * shape[2] + x];
  return result;
}

/** A sink that remembers every voxel, and how often each was written. */
export function memorySink(shape: Zyx, channels: number): BlockSink & { bytes: Uint8Array; writes: Uint8Array } {
  const bytes = new Uint8Array(channels * voxelCount(shape));
  const writes = new Uint8Array(bytes.length);
  return {
    bytes,
    writes,
    write(box, voxels, { channel = 0 } = {}) {
      let from = 0;
      for (let z = box.min[0]; z < box.max[0]; z++)
        for (let y = box.min[1]; y < box.max[1]; y++)
          for (let x = box.min[2]; x < box.max[2]; x++) {
            const at = ((channel * shape[0] + z) * shape[1] + y) * shape[2] + x;
            bytes[at] = voxels[from++];
            writes[at]++;
          }
      return Promise.resolve();
    },
  };
}

/** Grey values from the position, different everywhere, the same on every run. */
export function noise(shape: Zyx, seed = 1): Uint8Array {
  const voxels = new Uint8Array(voxelCount(shape));
  let state = seed;
  for (let i = 0; i < voxels.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    voxels[i] = 1 + ((state >>> 24) * 254) / 255;
  }
  return voxels;
}

/** Values of a function of the position. */
export function volumeOf(shape: Zyx, value: (z: number, y: number, x: number) => number): Float32Array {
  const { max } = boxOfShape(shape);
  const voxels = new Float32Array(voxelCount(mapZyx((axis) => max[axis])));
  let i = 0;
  for (let z = 0; z < shape[0]; z++)
    for (let y = 0; y < shape[1]; y++) for (let x = 0; x < shape[2]; x++) voxels[i++] = value(z, y, x);
  return voxels;
}
