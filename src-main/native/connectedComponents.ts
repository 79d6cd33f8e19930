/** Connected components of a label volume. */
import type { Zyx } from '#domain/geometry.ts';

import { runNative, type NativeOptions } from './addon.ts';

/** A label volume of any width, z, y, x with x fastest. */
export type AnyLabels = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

export interface ConnectedComponentsOptions extends NativeOptions {
  /** 6: voxels that share a face (default); 26: a face, an edge or a corner. */
  readonly connectivity?: 6 | 26;
}

/**
 * Numbers the maximal connected sets of equal non-zero label 1, 2, ... in the order of their first voxels; label 0 stays 0.
 *
 * @param out one element per voxel; may be `labels` itself
 * @returns the number of components
 * @throws FascicleError 'bad-request' for arrays that do not fit `shape`
 */
export function connectedComponents(
  labels: AnyLabels,
  shape: Zyx,
  out: Uint32Array,
  { connectivity = 6, ...options }: ConnectedComponentsOptions = {},
): Promise<number> {
  return runNative('connectedComponents', { labels, shape, connectivity, out }, options);
}
