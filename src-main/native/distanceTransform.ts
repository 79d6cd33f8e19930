/** Exact Euclidean distance transform of a label volume. */
import type { Zyx } from '#domain/geometry.ts';

import { runNative, type NativeOptions } from './addon.ts';
import type { AnyLabels } from './connectedComponents.ts';

export interface DistanceTransformOptions extends NativeOptions {
  /** Edge lengths of a voxel, z, y, x, in any unit; default [1, 1, 1]. */
  readonly voxelSize?: Zyx;
  /** Whether the space outside the volume is another label; default false: it is nothing. */
  readonly borderCounts?: boolean;
}

/**
 * Writes to `out` the squared distance of each voxel's centre to that of the nearest voxel with another label, in the unit of
 * `voxelSize` squared: 0 where the label is 0, Infinity where there is no other label. Exact up to float rounding.
 *
 * Source: Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, 2012.
 * @throws FascicleError 'bad-request' for arrays that do not fit `shape`
 */
export function squaredDistanceTransform(
  labels: AnyLabels,
  shape: Zyx,
  out: Float32Array,
  { voxelSize = [1, 1, 1], borderCounts = false, ...options }: DistanceTransformOptions = {},
): Promise<void> {
  return runNative('squaredDistanceTransform', { labels, shape, voxelSize, borderCounts, out }, options);
}
