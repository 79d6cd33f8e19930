/**
 * The affinity watershed: fragments of a volume from its affinities, whole in memory or block by block.
 *
 * Affinities are (3, Z, Y, X), x fastest; channel 0, 1, 2 links voxel p to p - (1,0,0), p - (0,1,0), p - (0,0,1). uint8
 * holds 255 times the probability. Both ways give the same bytes for every block shape and thread count.
 */
import { boxOfShape, growBox, type Box, type Zyx } from '#domain/geometry.ts';

import { runNative, type NativeOptions } from './addon.ts';
import type { SizeGate } from './regionGraph.ts';

/** (3, Z, Y, X): uint8 holds 255 p, float32 holds p. */
export type Affinities = Uint8Array | Float32Array;

/** Thresholds, 0..1, compared with affinities as float32. */
export interface WatershedThresholds {
  /** Edges of affinity <= low do not exist; voxels without an edge get label 0. */
  readonly low: number;
  /** Edges of affinity >= high always join their voxels; above 1 none does. */
  readonly high: number;
  /**
   * The size gate of the `sizeGatedMerge` that follows, if one follows. Blocks then merge ahead what it is sure to merge, which
   * keeps all later tables small: affinities with noise make fragments of tens of voxels. How far they do depends on the block;
   * the result of the merge does not.
   */
  readonly gate?: Pick<SizeGate, 'sizeThreshold' | 'gateAffinity'> | undefined;
}

/** Thresholds that keep all but absent edges and join only saturated ones. */
export const DEFAULT_WATERSHED_THRESHOLDS: WatershedThresholds = { low: 1e-4, high: 0.9999 };

/** The block that works within the caches of a core; another one changes speed and memory, not the result. */
const DEFAULT_WATERSHED_BLOCK: Zyx = [64, 128, 256];

/** Affinities of a part of a volume. */
export interface AffinityWindow {
  readonly affinities: Affinities;
  /** The voxels that `affinities` holds. */
  readonly box: Box;
}

/**
 * Writes the fragments of a volume to `labels`: dense ids from 1 on, in order of their lowest linear voxel index.
 *
 * @param labels out, one element per voxel
 * @returns voxels of each fragment; element i belongs to fragment i + 1
 * @throws FascicleError 'bad-request' for wrong lengths or thresholds out of order
 */
export function affinityWatershed(
  affinities: Affinities,
  shape: Zyx,
  labels: Uint32Array,
  thresholds: WatershedThresholds = DEFAULT_WATERSHED_THRESHOLDS,
  options: NativeOptions & { readonly block?: Zyx } = {},
): Promise<BigUint64Array> {
  const { block = DEFAULT_WATERSHED_BLOCK } = options;
  return runNative('affinityWatershed', { affinities, shape, block, labels, ...flatten(thresholds) }, options);
}

function flatten({ low, high, gate }: WatershedThresholds): Record<string, number> {
  return { low, high, sizeThreshold: gate?.sizeThreshold ?? 0, gateAffinity: gate?.gateAffinity ?? 0 };
}

/** The affinities that the watershed of a block needs: one voxel more below it and two above, within the volume. */
export function watershedWindow(block: Box, shape: Zyx): Box {
  const volume = boxOfShape(shape);
  const below = growBox(block, [1, 1, 1], volume);
  const above = growBox(block, [2, 2, 2], volume);
  return { min: below.min, max: above.max };
}

/**
 * The watershed of one block of a volume, up to what its neighbours decide.
 *
 * @param window affinities of at least `watershedWindow(block, shape)`
 * @param shape of the whole volume
 * @param labels out, one element per voxel of `block`: the block's own labels 1..n, 0 = none
 * @returns the summary for `stitchAffinityWatershed`: flat and self-describing, so it may be written to a file as it is
 */
export function affinityWatershedBlock(
  window: AffinityWindow,
  shape: Zyx,
  block: Box,
  labels: Uint32Array,
  thresholds: WatershedThresholds = DEFAULT_WATERSHED_THRESHOLDS,
  options?: NativeOptions,
): Promise<Uint32Array> {
  const { affinities, box } = window;
  return runNative(
    'affinityWatershedBlock',
    {
      affinities,
      windowMin: box.min,
      windowMax: box.max,
      shape,
      blockMin: block.min,
      blockMax: block.max,
      labels,
      ...flatten(thresholds),
    },
    options,
  );
}

/** What the blocks' labels are in the whole volume. */
export interface WatershedStitching {
  /** Per block, in the order of the summaries: fragment of each of its labels, 0 first. For `relabel`. */
  readonly tables: readonly Uint32Array[];
  /** Voxels of each fragment; element i belongs to fragment i + 1. */
  readonly voxelCounts: BigUint64Array;
  /** Fragments that the blocks merged ahead (`WatershedThresholds.gate`): with them there were this many more. */
  readonly merges: number;
}

/**
 * Joins all blocks of a volume.
 *
 * @param summaries of `affinityWatershedBlock`, one for every block of a lattice that covers the volume, in any order
 * @throws FascicleError 'bad-request' when blocks are missing, overlap or are not of one volume
 */
export async function stitchAffinityWatershed(
  summaries: readonly Uint32Array[],
  options?: NativeOptions,
): Promise<WatershedStitching> {
  const { table, offsets, voxelCounts, merges } = await runNative<{
    table: Uint32Array;
    offsets: Float64Array;
    voxelCounts: BigUint64Array;
    merges: number;
  }>('stitchAffinityWatershed', { summaries }, options);
  const tables = summaries.map((_, i) => table.subarray(offsets[i], offsets[i + 1]));
  return { tables, voxelCounts, merges };
}
