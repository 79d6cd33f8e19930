/** Supervoxels from a boundary map: seeds in the middle of objects, grown over the boundaries. */
import type { Zyx } from '#domain/geometry.ts';

import { runNative, type NativeOptions } from './addon.ts';

/** Parameters of the distance-transform watershed (Beier et al., Nature Methods 2017). */
export interface SeededWatershedParams {
  /** Boundary probability above which a voxel is boundary. */
  readonly threshold: number;
  /** Smoothing of the distance to boundaries before its maxima become seeds; voxels along x. */
  readonly sigmaSeeds: number;
  /** Smoothing of the boundary probability over which seeds grow; voxels along x. */
  readonly sigmaWeights: number;
  /** Weight of the boundary probability against the distance, 0 to 1. */
  readonly alpha: number;
  /** Voxels; smaller segments are given to their neighbours. */
  readonly minSize: number;
  /** Each slice on its own (strongly anisotropic volumes), or the volume in space. */
  readonly perSlice: boolean;
  /** Edge lengths of a voxel, z, y, x; ratios matter only. */
  readonly voxelSize: Zyx;
}

export const DEFAULT_SEEDED_WATERSHED: SeededWatershedParams = {
  threshold: 0.25,
  sigmaSeeds: 2,
  sigmaWeights: 2,
  alpha: 0.9,
  minSize: 100,
  perSlice: true,
  voxelSize: [1, 1, 1],
};

/**
 * Divides a volume into supervoxels 1, 2, ..., numbered slice by slice and within a slice by the first voxel of their seed;
 * every voxel gets one.
 *
 * @param boundary boundary probability, 0 to 1, or 255 times it as bytes; z, y, x
 * @param out one element per voxel
 * @returns the number of supervoxels
 * @throws FascicleError 'bad-request' for arrays that do not fit `shape`, parameters out of range, or NaN
 */
export function seededWatershed(
  boundary: Uint8Array | Float32Array,
  shape: Zyx,
  out: Uint32Array,
  params: Partial<SeededWatershedParams> = {},
  options?: NativeOptions,
): Promise<number> {
  return runNative('seededWatershed', { ...DEFAULT_SEEDED_WATERSHED, ...params, boundary, shape, out }, options);
}

/**
 * Writes `1 - reduction of the affinities` of each voxel to `out`.
 *
 * @param affinities whole channels one after the other (channel, z, y, x), 0 to 1, or 255 times it as bytes
 * @param out one element per voxel
 * @param channels those to use; [1, 2] are the links in plane
 * @throws FascicleError 'bad-request' for a channel that is not there
 */
export function boundaryFromAffinities(
  affinities: Uint8Array | Float32Array,
  out: Float32Array,
  { channels, reduction }: { channels: readonly number[]; reduction: 'mean' | 'minimum' | 'maximum' },
  options?: NativeOptions,
): Promise<void> {
  const values = { affinities, out, channels: Uint32Array.from(channels), reduction };
  return runNative('boundaryFromAffinities', values, options);
}
