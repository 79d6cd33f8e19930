import type { BlockType } from '#contract/voxelBlock.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';

/** Voxels of a type that crosses to the page. */
export type BlockArray = Uint8Array | Uint16Array | Uint32Array | Float32Array;

/** One resolution of a layer. */
export interface SourceLevel {
  /** z, y, x voxels of the level. */
  readonly shape: Zyx;
  /** z, y, x voxels of the project for each voxel of the level. */
  readonly factor: Zyx;
}

/** A chunk in memory: dense voxels of the whole chunk shape, x fastest, also where the volume ends before it; or one value for all. */
export type Chunk = { readonly voxels: BlockArray } | { readonly uniform: number };

/** What is asked for, besides the place. */
export interface ReadOptions {
  readonly channel: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ChunkOptions extends ReadOptions {
  /** The chunk is used after the turn of the event loop in which it is given; otherwise its memory may be gone by then. */
  readonly isHeld?: boolean | undefined;
}

/**
 * The voxels of a layer at several resolutions, in the coordinates of the project. Arguments are trusted: `projectViews.ts` checks
 * them once. Reads that are aborted reject with 'cancelled' and leave no work behind that nobody else waits for.
 */
export interface VoxelSource {
  readonly type: BlockType;
  readonly channels: number;
  /** Finest first; at least one. */
  readonly levels: readonly SourceLevel[];
  /** True where coarser levels lie on the disk; otherwise they are picked from the first when they are asked for. */
  readonly hasStoredLevels: boolean;
  /** z, y, x of the first level; null where it is not known. */
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** The edges of a chunk of every level. */
  readonly chunkShape: Zyx;
  /** The chunk at these indices (chunks along z, y, x); at once where it is in memory. */
  chunk(level: number, index: Zyx, options: ChunkOptions): Promise<Chunk> | Chunk;
  /** The voxels of a box, dense, z, y, x with x fastest. */
  read(level: number, box: Box, options: ReadOptions): Promise<BlockArray>;
  /** Waits for reads under way of a file that would be closed under them. */
  close(): Promise<void>;
}
