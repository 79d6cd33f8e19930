/** Dividing one supervoxel between seeds that lie in it. */
import type { Box, Zyx } from '#domain/geometry.ts';
import type { EdgeTable } from '#domain/tables.ts';

import { runNative, type NativeOptions } from './addon.ts';

/** A voxel of the volume that belongs to a side, counted from 0. */
export interface SplitSeed {
  readonly voxel: Zyx;
  readonly side: number;
}

export interface SupervoxelWindow {
  /** The supervoxel's box grown by one voxel in every direction, as far as the volume goes. */
  readonly window: Box;
  /** Of the whole volume, z, y, x. */
  readonly shape: Zyx;
  /** Lengths of a step along z, y, x, in units of the shortest, whole numbers of 1 to 255. */
  readonly stepLengths: Zyx;
  /** Supervoxel of every voxel of the window. */
  readonly labels: Uint32Array;
  /** 3 x window, 0 to 1, or 255 times it as bytes. */
  readonly affinities: Uint8Array | Float32Array;
}

export interface SupervoxelParts {
  /** Side of each part; parts come by rising side. A side whose voxels do not hang together has several. */
  readonly side: Uint32Array;
  /** Voxels of each part. */
  readonly sizes: Float64Array;
  /** Six per part: first and last + 1 voxel, z, y, x. */
  readonly boxes: Int32Array;
  /** Three per part: sums of the coordinates of its voxels, z, y, x. */
  readonly coordinateSums: BigUint64Array;
  /** The parts' contacts with each other and with all neighbours; part i has the id `firstPart` + i. */
  readonly edges: EdgeTable;
  /** Of each side, 0 to 1: what it holds of the voxels about its seeds. */
  readonly shares: Float64Array;
}

/**
 * Divides the voxels of `supervoxel` between seeds, along membranes, or by the way to the seeds where none shows.
 *
 * @param firstPart an id above all supervoxels of the volume
 * @param out one element per voxel of the window: 0 outside the supervoxel, 1 + index of the part inside
 * @throws FascicleError 'bad-request' for a seed outside the supervoxel, a voxel seeded for two sides, or fewer than two sides
 */
export function splitSupervoxel(
  { window, shape, stepLengths, labels, affinities }: SupervoxelWindow,
  supervoxel: number,
  seeds: readonly SplitSeed[],
  firstPart: number,
  out: Uint32Array,
  options?: NativeOptions,
): Promise<SupervoxelParts> {
  return runNative(
    'splitSupervoxel',
    {
      ...{ shape, labels, affinities, supervoxel, firstPart, out },
      windowMin: window.min,
      windowMax: window.max,
      seeds: Uint32Array.from(seeds.flatMap(({ voxel, side }) => [...voxel, side])),
      lengths: Uint32Array.from(stepLengths),
    },
    options,
  );
}
