import type { BlockArray } from './voxelSource.ts';

/** Smaller arrays may lie in a buffer that others share, and weigh nothing. */
const LEAST_BYTES = 2 ** 16;

/**
 * Gives the memory of an array back now, not with the next garbage collection: V8 collects its whole heap for every 64 MB of buffers that are
 * made, and a jump unpacks some hundred megabytes. Nobody may use the array any more; it is empty afterwards.
 */
export function freeVoxels({ buffer, byteLength }: BlockArray): void {
  if (byteLength < LEAST_BYTES || !(buffer instanceof ArrayBuffer)) return;
  buffer.transfer(0);
}
