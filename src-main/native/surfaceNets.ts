/** Smooth closed surfaces of the supervoxels of blocks. */
import type { Box, Zyx } from '#domain/geometry.ts';

import { runNative, type NativeOptions } from './addon.ts';

/** Units of `SurfaceMeshes.positions` in a voxel. */
export const SURFACE_UNITS = 256;

/** Smoothing steps where the caller does not say: normals within about 6 degrees, volumes within 1 % for large objects. */
const DEFAULT_SURFACE_SMOOTHING = 2;

/**
 * The parts of surfaces that belong to one block. Label i has the vertices `vertexStart[i]` .. `vertexStart[i + 1] - 1` and
 * the triangles `triangleStart[i]` .. `triangleStart[i + 1] - 1`.
 */
export interface SurfaceMeshes {
  /** Rising; those that have a face in the block. */
  readonly labels: Uint32Array;
  readonly vertexStart: Uint32Array;
  readonly triangleStart: Uint32Array;
  /** x, y, z from the corner of the voxel before the block's first along each axis, in 1 / SURFACE_UNITS voxel. */
  readonly positions: Uint16Array;
  /** Octahedral, two per vertex, outward. */
  readonly normals: Int8Array;
  /** Three vertices of the label (0 = its first) each, counter-clockwise seen from outside. */
  readonly triangles: Uint32Array;
}

/** Voxels around a block on which its surfaces depend. */
export function surfaceApron(smoothing: number = DEFAULT_SURFACE_SMOOTHING): number {
  return smoothing + 2;
}

/**
 * The surfaces of each block. Those of neighbouring blocks meet without gaps, bit for bit, and are closed at the border of the
 * volume; what a label gets depends on its own voxels alone.
 *
 * @param labels of `window`, z, y, x; what lies outside counts as 0. The window must hold every voxel of the wanted labels
 *   within `surfaceApron` of the blocks.
 * @param options.selected labels to mesh, rising; all but 0 when absent or empty
 * @param options.voxelSize z, y, x; only ratios matter, for the normals
 * @throws FascicleError 'bad-request' for a block that is empty or has more than 252 voxels along an edge, where
 *   positions no longer fit 16 bits; 'cancelled'
 */
export function surfaceNets(
  labels: Uint32Array,
  window: Box,
  blocks: readonly Box[],
  options: NativeOptions & {
    readonly voxelSize: Zyx;
    readonly selected?: Uint32Array;
    readonly smoothing?: number;
  },
): Promise<SurfaceMeshes[]> {
  const { voxelSize, selected = new Uint32Array(0), smoothing = DEFAULT_SURFACE_SMOOTHING } = options;
  const corners = Uint32Array.from(blocks.flatMap(({ min, max }) => [...min, ...max]));
  return runNative(
    'surfaceNets',
    { labels, labelsMin: window.min, labelsMax: window.max, blocks: corners, selected, voxelSize, smoothing },
    options,
  );
}
