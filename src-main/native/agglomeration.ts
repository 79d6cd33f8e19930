/** Agglomeration of a region graph into a merge tree, and cuts of it. */
import { FascicleError } from '#domain/errors.ts';
import type { EdgeTable, MergeSteps } from '#domain/tables.ts';

import { runNative, type NativeOptions } from './addon.ts';

/** What agglomeration reads of a region graph: sorted by (u, v), u < v, each pair once, at least one contact each. */
export type AgglomerationEdges = Pick<EdgeTable, 'u' | 'v' | 'affinitySum' | 'contactArea'>;

/** What an edge is worth; always that of all contacts between two segments. */
export type EdgeScore =
  | {
      /** Mean affinity. */
      readonly kind: 'mean';
    }
  | {
      /** The affinity that a share `quantile` of the contacts does not exceed, linear within a bin. */
      readonly kind: 'quantile';
      /** 0..1 in steps of 0.001; 0.5 is the median. */
      readonly quantile: number;
      /** `bins` counts per edge, row by row; bin i holds the affinities of [i, i + 1) / bins, the last one 1 too. */
      readonly histogram: Uint32Array;
      /** 1..256 */
      readonly bins: number;
    };

export interface AgglomerationParams {
  /** Supervoxel ids are 1..supervoxelCount. */
  readonly supervoxelCount: number;
  /** The integer affinity that stands for 1: 255 for uint8, 2^24 for float32. */
  readonly unit: number;
  readonly score: EdgeScore;
  /** Edges that score less are not merged; 0, the default, merges all but those without any affinity. */
  readonly floor?: number;
}

/**
 * The whole merge tree, by one greedy run: the pair of segments with the highest score becomes one, their edges to common
 * neighbours add up, and so on. Every threshold from `floor` up is then a cut of it, see `cutMergeTree`.
 *
 * `u` and `v` of a step, u < v, are the strongest original edge between the two segments, so leaving out steps never joins
 * what does not touch. Equal scores go by the score of that edge, then by its lowest (u, v). One thread; progress counts
 * edges.
 *
 * @throws FascicleError 'bad-request' naming the argument or edge that is wrong, 'cancelled' after an abort
 */
export function agglomerate(
  { u, v, affinitySum, contactArea }: AgglomerationEdges,
  { supervoxelCount, unit, score, floor = 0 }: AgglomerationParams,
  options?: NativeOptions,
): Promise<MergeSteps> {
  const values = { u, v, affinitySum, contactArea, supervoxelCount, unit, floor, score: score.kind };
  if (score.kind === 'mean') return runNative('agglomerate', values, options);
  const { quantile, histogram, bins } = score;
  const quantilePermille = Math.round(quantile * 1000);
  if (!(quantile >= 0 && quantile <= 1 && Math.abs(quantile * 1000 - quantilePermille) < 1e-6))
    return Promise.reject(
      new FascicleError(
        'bad-request',
        `agglomerate: \`quantile\` is ${quantile}; accepted: 0 to 1 in steps of 0.001, so that ranks are whole numbers`,
      ),
    );
  return runNative('agglomerate', { ...values, quantilePermille, histogram, bins }, options);
}

/** Where a merge tree is cut. */
export interface MergeTreeCut {
  /** Steps with at least this score are taken; Infinity takes none. */
  readonly threshold: number;
  /** Voxels. Segments below it are given to their strongest neighbour, whatever the score; 0 keeps every fragment. */
  readonly minSize: number;
}

/**
 * The segment of every supervoxel when the tree is cut: element i is the lowest supervoxel of the segment that holds
 * supervoxel i, element 0 is 0. Any threshold costs the same, upward or downward.
 *
 * Fragments: after the steps down to the threshold the walk goes on, and takes a step when at least one of its two sides has
 * fewer than `minSize` voxels at that moment. A fragment without a contact of any affinity stays.
 *
 * @param sizes voxels of supervoxel i + 1, one per supervoxel
 * @throws FascicleError 'bad-request' when a step names a supervoxel without a size or scores rise
 */
export async function cutMergeTree(
  { u, v, score }: MergeSteps,
  sizes: Float64Array,
  { threshold, minSize }: MergeTreeCut,
  options?: NativeOptions,
): Promise<Uint32Array> {
  const out = new Uint32Array(sizes.length + 1);
  await runNative('cutMergeTree', { u, v, score, sizes, threshold, minSize, out }, options);
  return out;
}
