import { BLOCK_TYPES } from '#contract/voxelBlock.ts';
import type { BlockType } from '#contract/voxelBlock.ts';
import type { VoxelArray, VoxelType } from '#volumes/volume.ts';
import { allocateVoxels } from '#volumes/voxelTypes.ts';

import type { BlockArray } from './voxelSource.ts';

/**
 * The type in which an image is shown. What a screen cannot tell apart is given up, the source itself is never changed:
 *
 * - uint8, uint16 and float32 stay as they are;
 * - int8 and int16 are shifted by 128 and 32768, so that the order stays and nothing is lost;
 * - wider integers and float64 become the nearest float32.
 */
export function displayType(type: VoxelType): Exclude<BlockType, 'uint32'> {
  if (type === 'uint8' || type === 'int8') return 'uint8';
  if (type === 'uint16' || type === 'int16') return 'uint16';
  return 'float32';
}

/** Voxels in their `displayType`; the same array where that is their own. */
export function toDisplay(voxels: VoxelArray): BlockArray {
  if (voxels instanceof Uint8Array || voxels instanceof Uint16Array || voxels instanceof Float32Array) return voxels;
  // Flipping the sign bit adds half of the range.
  if (voxels instanceof Int8Array) return Uint8Array.from(voxels, (value) => value ^ 0x80);
  if (voxels instanceof Int16Array) return Uint16Array.from(voxels, (value) => value ^ 0x8000);
  const out = new Float32Array(voxels.length);
  for (let i = 0; i < voxels.length; i++) out[i] = Number(voxels[i]);
  return out;
}

/** A zeroed array of one of the types that cross to the page. */
export function allocateBlock(type: BlockType, length: number): BlockArray {
  return allocateVoxels(type, length);
}

/** Bytes of one voxel of a type that crosses to the page. */
export function blockTypeBytes(type: BlockType): number {
  return { uint8: 1, uint16: 2, uint32: 4, float32: 4 }[type];
}

/** True for a voxel type that crosses to the page as it is. */
export function isBlockType(type: VoxelType): type is BlockType {
  return (BLOCK_TYPES as readonly string[]).includes(type);
}
