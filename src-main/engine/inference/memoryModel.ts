import type { MemoryModel } from './tiling.ts';

/** Results of a block: four channels as bytes, and as float32 on the model grid while they are made, two blocks at a time. */
const BYTES_PER_BLOCK_VOXEL = 2 * (4 + 4 * 4);

/** The weights by which the sums of a block are divided where tiles are blended, as float32, two blocks at a time. */
const BYTES_PER_BLENDED_VOXEL = 2 * 4;

/** The input tile of two blocks as float32, each twice while it is put together, besides what the network takes. */
const BYTES_PER_TILE_VOXEL = 2 * 2 * 4;

/** The runtime and the program themselves. */
export const BASE_BYTES = 256 * 2 ** 20;

/** What a large tile may take more than the warm-up tile foretold. */
const SAFETY = 1.1;

/**
 * What a network takes within a budget, for the choice of its blocks.
 *
 * @param bytesPerTileVoxel of the network alone, as its package says or as measured on a small tile
 * @param blended whether tiles are averaged where they overlap
 */
export function memoryModel(bytesPerTileVoxel: number, budgetBytes: number, blended = false): MemoryModel {
  return {
    bytesPerTileVoxel: SAFETY * bytesPerTileVoxel + BYTES_PER_TILE_VOXEL,
    bytesPerBlockVoxel: BYTES_PER_BLOCK_VOXEL + (blended ? BYTES_PER_BLENDED_VOXEL : 0),
    budgetBytes: budgetBytes - BASE_BYTES,
  };
}
