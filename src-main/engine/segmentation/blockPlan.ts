import { FascicleError } from '#domain/errors.ts';
import { blocksCovering, boxOfShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

/** Edge of the chunks in which a project stores voxels; blocks are whole numbers of them, so that no two share a chunk. */
export const STORE_CHUNK = 64;

/** Edge of a block when the user names none: with uint8 affinities about 0.35 GB for each thread. */
export const DEFAULT_BLOCK = 256;

/**
 * The edge of the blocks of a volume for which the user names none: the usual one, smaller where that gives too few blocks to keep
 * the threads busy.
 */
export function blockEdgeFor(shape: Zyx, threads: number): number {
  const countOf = (edge: number) => shape.reduce((count, extent) => count * Math.ceil(extent / edge), 1);
  const edges = [DEFAULT_BLOCK, DEFAULT_BLOCK / 2];
  return edges.find((edge) => countOf(edge) >= 4 * threads) ?? STORE_CHUNK;
}

/** A block of the segmentation and what its files are called. */
export interface SegmentationBlock {
  readonly id: string;
  readonly box: Box;
  /** Position among the blocks, z, y, x. */
  readonly position: Zyx;
}

/** How a volume is cut up. The results do not depend on it. */
export interface BlockPlan {
  readonly shape: Zyx;
  /** Edge of the blocks in voxels, a multiple of the store's chunks. */
  readonly edge: number;
  readonly blocks: readonly SegmentationBlock[];
  /** The block before `block` along an axis (0 z, 1 y, 2 x), or undefined at the edge. */
  before(block: SegmentationBlock, axis: 0 | 1 | 2): SegmentationBlock | undefined;
}

/**
 * Cuts a volume into cubes.
 *
 * @param edge wanted edge in voxels; rounded up to a multiple of the store's chunks
 * @throws FascicleError 'bad-request' for an empty volume
 */
export function planBlocks(shape: Zyx, edge: number = DEFAULT_BLOCK): BlockPlan {
  if (voxelCount(shape) === 0)
    throw new FascicleError('bad-request', `A volume of ${shape.join(' x ')} has no voxels.`);
  const step = Math.ceil(edge / STORE_CHUNK) * STORE_CHUNK;
  const blocks = blocksCovering(boxOfShape(shape), [step, step, step]).map((box): SegmentationBlock => {
    const position: Zyx = [box.min[0] / step, box.min[1] / step, box.min[2] / step];
    return { id: position.join('-'), box, position };
  });
  const byId = new Map(blocks.map((block) => [block.id, block]));
  return {
    shape,
    edge: step,
    blocks,
    before: ({ position }, axis) => byId.get(position.map((at, i) => (i === axis ? at - 1 : at)).join('-')),
  };
}
