/** Multicut of a region graph, and the merge tree around it. */
import type { MergeSteps } from '#domain/tables.ts';

import { runNative, type NativeOptions } from './addon.ts';
import type { AgglomerationEdges } from './agglomeration.ts';

/** What both functions must know of the graph. */
export interface MulticutGraphFacts {
  /** Supervoxel ids are 1..supervoxelCount. */
  readonly supervoxelCount: number;
  /** The integer affinity that stands for 1: 255 for uint8, 2^24 for float32. */
  readonly unit: number;
  /** Mean affinity at which an edge by itself is neither cut nor kept, 0.01..0.99; a higher one cuts more. */
  readonly beta: number;
}

export interface MulticutParams extends MulticutGraphFacts {
  /** Weigh the log-odds of an edge by its contact area; otherwise all edges count the same. */
  readonly byContactArea: boolean;
}

/** A partition of the supervoxels into connected segments. */
export interface Multicut {
  /** Element i is the lowest supervoxel of the segment that holds supervoxel i, element 0 is 0. */
  readonly segments: Uint32Array;
  /** Sum of the costs of cut edges, log-odds times contacts, after the greedy contraction alone. */
  readonly contractionEnergy: number;
  /** The same of the result; never above. */
  readonly energy: number;
}

/**
 * A partition whose cut edges cost little, cost being the log-odds that two sides are one: greedy additive edge contraction, then
 * Kernighan-Lin with joins (Keuper et al., ICCV 2015). Costs are integers, ties go by the lowest edge or supervoxel: the result depends on
 * the graph and the parameters alone. One thread; progress counts edges twice.
 *
 * @throws FascicleError 'bad-request' naming the argument or edge that is wrong, 'cancelled' after an abort
 */
export function multicut(
  { u, v, affinitySum, contactArea }: AgglomerationEdges,
  params: MulticutParams,
  options?: NativeOptions,
): Promise<Multicut> {
  return runNative('multicut', { u, v, affinitySum, contactArea, ...params }, options);
}

/**
 * A merge tree that is `segments` when cut at 0.5: the merges within them come first, those between them after, each by mean affinity.
 * The score of a mean affinity a is a (1 - beta) / (a (1 - beta) + (1 - a) beta), so that another threshold t stands for another beta,
 * logit(beta) + logit(t); where the multicut decided against it, it is within 0.05 of one half.
 *
 * @param segments one number for each supervoxel, element 0 for none; those of one number must touch
 * @throws as `multicut`
 */
export function multicutMergeTree(
  { u, v, affinitySum, contactArea }: AgglomerationEdges,
  segments: Uint32Array,
  { supervoxelCount, unit, beta }: MulticutGraphFacts,
  options?: NativeOptions,
): Promise<MergeSteps> {
  const values = { u, v, affinitySum, contactArea, supervoxelCount, unit, segments, beta };
  return runNative('multicutMergeTree', values, options);
}
