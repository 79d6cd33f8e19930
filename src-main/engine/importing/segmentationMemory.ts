import { boxShape, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';
import type { ScoreSetting } from '#engine/segmentation/agglomerateGraph.ts';
import { planCells } from '#engine/segmentation/watershedCells.ts';

/**
 * Memory of the stages between affinities and segments, measured on AC4 (docs/benchmarks.md): a figure to plan with, above what was
 * measured there by up to two fifths. The program itself comes on top.
 */

/** Of a block in the affinity watershed and in the region graph. */
const BYTES_PER_BLOCK_VOXEL = 22;

/** Boundary probability and labels of what is flooded together; its affinities come on top. */
const BYTES_PER_CELL_VOXEL = 8;

/** What a thread takes while it floods a slice, or a cell in space. */
const BYTES_PER_FLOODED_VOXEL = 26;

/** Arrays that the collector of garbage has not come to. */
const UNCOLLECTED_BYTES = 128 * 2 ** 20;

/** The whole graph lies in memory, and while a multicut is solved once more. */
const BYTES_PER_EDGE = 125;
const MULTICUT_BYTES_PER_EDGE = 110;

/** Contacts in a million voxels of neuropil; of the affinity watershed, many more where affinities are noisy. */
const EDGES_PER_MEGAVOXEL: Readonly<Record<SupervoxelMethod, number>> = {
  watershed: 8000,
  'distance-transform-2d': 3000,
  'distance-transform-3d': 1200,
};

export interface SegmentationPlan {
  readonly method: SupervoxelMethod;
  readonly score: ScoreSetting['kind'];
  /** z, y, x. */
  readonly shape: Zyx;
  /** Of the three channels of a voxel. */
  readonly affinityBytes: number;
  /** Edge of the blocks. */
  readonly edge: number;
  readonly threads: number;
}

/** The most that the stages take at a time, in bytes. */
export function segmentationBytes({ method, score, shape, affinityBytes, edge, threads }: SegmentationPlan): number {
  const block = voxelCount(mapZyx((axis) => Math.min(edge, shape[axis])));
  const blocks = Math.min(threads * block, 2 * voxelCount(shape)) * BYTES_PER_BLOCK_VOXEL;
  const edges = (EDGES_PER_MEGAVOXEL[method] * voxelCount(shape)) / 1e6;
  const graph = edges * (BYTES_PER_EDGE + (score === 'multicut' ? MULTICUT_BYTES_PER_EDGE : 0));
  const cells = method === 'watershed' ? 0 : cellBytes(method, shape, affinityBytes, threads);
  return UNCOLLECTED_BYTES + Math.max(blocks, cells) + graph;
}

function cellBytes(
  method: Exclude<SupervoxelMethod, 'watershed'>,
  shape: Zyx,
  affinityBytes: number,
  threads: number,
): number {
  const windows = planCells(method, shape).flatMap(({ cells }) => cells.map(({ window }) => boxShape(window)));
  const largest = Math.max(...windows.map(voxelCount));
  const own = largest * (affinityBytes + BYTES_PER_CELL_VOXEL);
  // In space each thread has a cell of its own; slices of one slab are flooded beside each other.
  if (method === 'distance-transform-3d')
    return Math.min(threads, windows.length) * (own + largest * BYTES_PER_FLOODED_VOXEL);
  const [depth, height, width] = windows[0];
  return own + Math.min(threads, depth) * height * width * BYTES_PER_FLOODED_VOXEL;
}
