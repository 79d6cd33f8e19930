/**
 * The region graph: contacts of supervoxels with integer statistics that add up over blocks in any order.
 *
 * Voxel p of a block owns its contacts with p - (1,0,0), p - (0,1,0) and p - (0,0,1). Label 0 has no contacts.
 */
import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, growBox, type Box, type Zyx } from '#domain/geometry.ts';
import type { EdgeTable } from '#domain/tables.ts';

import { runNative, type NativeOptions } from './addon.ts';
import type { Affinities, AffinityWindow } from './affinityWatershed.ts';

/** Edges with an optional histogram of their affinities. */
export interface RegionGraph extends EdgeTable {
  /**
   * Axis of the strongest contact (0, 1, 2 = z, y, x): it lies between `contactVoxel` and the voxel before that along the
   * axis. Affinity, voxel and axis order all contacts of a volume in a way that merging supervoxels does not change.
   */
  readonly contactAxis: Uint8Array;
  /** Histogram bins per edge; 0 = none. */
  readonly bins: number;
  /**
   * `bins` counts per edge, row by row. Bin i counts the integer affinities a with floor(a * bins / range) = i, where range
   * is 256 for uint8 and 2^24 for float32; affinity 1 falls into the last bin.
   */
  readonly histogram: Uint32Array;
}

/** The block that works within the caches of a core; another one changes speed and memory, not the result. */
const DEFAULT_REGION_GRAPH_BLOCK: Zyx = [64, 128, 256];

/** Labels of a part of a volume. */
export interface LabelWindow {
  readonly labels: Uint32Array;
  /** The voxels that `labels` holds. */
  readonly box: Box;
}

/**
 * The region graph of a volume in memory.
 *
 * @param labels one element per voxel
 * @param affinities (3, Z, Y, X)
 */
export function regionGraph(
  labels: Uint32Array,
  affinities: Affinities,
  shape: Zyx,
  options: NativeOptions & { readonly bins?: number; readonly block?: Zyx } = {},
): Promise<RegionGraph> {
  const { bins = 0, block = DEFAULT_REGION_GRAPH_BLOCK } = options;
  return runNative('regionGraph', { labels, affinities, shape, bins, block }, options);
}

/** The labels that the region graph of a block needs: one voxel more below it, within the volume. */
export function regionGraphWindow(block: Box, shape: Zyx): Box {
  return { min: growBox(block, [1, 1, 1], boxOfShape(shape)).min, max: block.max };
}

/**
 * The contacts that the voxels of one block own.
 *
 * @param labels of at least `regionGraphWindow(block, shape)`
 * @param affinities of at least the block
 * @param shape of the whole volume, in which `contactVoxel` counts
 */
export function regionGraphBlock(
  labels: LabelWindow,
  affinities: AffinityWindow,
  shape: Zyx,
  block: Box,
  options: NativeOptions & { readonly bins?: number } = {},
): Promise<RegionGraph> {
  return runNative(
    'regionGraphBlock',
    {
      labels: labels.labels,
      labelsMin: labels.box.min,
      labelsMax: labels.box.max,
      affinities: affinities.affinities,
      affinitiesMin: affinities.box.min,
      affinitiesMax: affinities.box.max,
      shape,
      blockMin: block.min,
      blockMax: block.max,
      bins: options.bins ?? 0,
    },
    options,
  );
}

/**
 * The graph of several disjoint blocks together. Merging merged graphs gives the same, so any tree of merges will do.
 *
 * @param graphs at least one; all of one unit and number of bins
 */
export async function mergeRegionGraphs(graphs: readonly RegionGraph[], options?: NativeOptions): Promise<RegionGraph> {
  const column = <Name extends keyof RegionGraph>(name: Name): RegionGraph[Name][] =>
    graphs.map((graph) => graph[name]);
  return runNative(
    'mergeRegionGraphs',
    {
      u: column('u'),
      v: column('v'),
      affinitySum: column('affinitySum'),
      contactArea: column('contactArea'),
      affinityMax: column('affinityMax'),
      contactVoxel: column('contactVoxel'),
      contactAxis: column('contactAxis'),
      histogram: column('histogram'),
      bins: shared('bins', column('bins')),
      affinityUnit: shared('affinityUnit', column('affinityUnit')),
    },
    options,
  );
}

function shared(name: string, values: readonly number[]): number {
  const distinct = [...new Set(values)];
  if (distinct.length === 1) return distinct[0];
  const found = distinct.length === 0 ? 'no graph' : `${name} ${distinct.join(', ')}`;
  throw new FascicleError('bad-request', `mergeRegionGraphs: found ${found}; accepted: graphs that agree in ${name}`);
}

/**
 * The graph after every supervoxel i became `table[i]`: edges into 0 or within one supervoxel vanish, parallel ones add up.
 * The same as the region graph of the relabelled volume.
 *
 * @throws FascicleError 'bad-request' when an edge is beyond the table
 */
export function relabelRegionGraph(
  graph: RegionGraph,
  table: Uint32Array,
  options?: NativeOptions,
): Promise<RegionGraph> {
  return runNative('relabelRegionGraph', { ...graph, table }, options);
}

/** What the size-gated merge decides by. */
export interface SizeGate {
  /** Fragments of fewer voxels go to the neighbour they touch most strongly; 0 merges nothing. */
  readonly sizeThreshold: number;
  /** Contacts whose largest affinity (0..1) is below this merge nothing. */
  readonly gateAffinity?: number;
  /** Fragments that end with fewer voxels become 0; 0, the default, keeps all. */
  readonly dustThreshold?: number;
}

/**
 * Merges small fragments over the contacts in falling order of their largest affinity (Zlateski and Seung's size
 * threshold), ties in order of contact voxel and axis.
 *
 * @param voxelCounts element i belongs to fragment i + 1
 * @returns `table`: the new id of every old one, dense in order of the lowest old id (for `relabel` and
 *   `relabelRegionGraph`); `voxelCounts` of the new fragments
 */
export function sizeGatedMerge(
  graph: Pick<RegionGraph, 'u' | 'v' | 'affinityMax' | 'affinityUnit' | 'contactVoxel' | 'contactAxis'>,
  voxelCounts: BigUint64Array,
  { sizeThreshold, gateAffinity = 0, dustThreshold = 0 }: SizeGate,
  options?: NativeOptions,
): Promise<{ readonly table: Uint32Array; readonly voxelCounts: BigUint64Array }> {
  const { u, v, affinityMax, affinityUnit, contactVoxel, contactAxis } = graph;
  return runNative(
    'sizeGatedMerge',
    {
      u,
      v,
      affinityMax,
      affinityUnit,
      contactVoxel,
      contactAxis,
      voxelCounts,
      sizeThreshold,
      gateAffinity,
      dustThreshold,
    },
    options,
  );
}
