/** Slices at any angle through a volume that lies in memory in chunks. */
import type { Box, Zyx } from '#domain/geometry.ts';

import { runNative } from './addon.ts';
import type { NativeOptions } from './addon.ts';

type Voxels = Uint8Array | Uint16Array | Uint32Array | Float32Array;

/** Some chunks of a volume. */
export interface ChunkedVolume {
  /** Of the volume, voxels. */
  readonly shape: Zyx;
  /** Voxels of a chunk along each axis. */
  readonly chunkShape: Zyx;
  /** The chunks that `slots` tells of, counted in chunks from the origin of the volume. */
  readonly grid: Box;
  /** For every chunk of `grid`, x fastest: its position in `chunks`; -1 where no pixel needs it, which reads as 0. */
  readonly slots: Int32Array;
  /** Of the type of `out`: the voxels of whole chunks, or one element that stands for all. */
  readonly chunks: readonly Voxels[];
}

/** Pixel (row, column) lies at origin + row * down + column * right, z, y, x, in voxels; voxel i spans i - 0.5 to i + 0.5. */
export interface SlicePlane {
  readonly origin: Zyx;
  readonly right: Zyx;
  readonly down: Zyx;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Samples a plane into `out`, rows by columns, columns fastest; 0 outside the volume.
 *
 * @param sampling 'linear' for images (rounded to the nearest integer, halves up), 'nearest' for labels
 * @throws FascicleError 'bad-request' for arrays that do not fit each other, 'cancelled'
 */
export function obliqueSlice(
  { grid, ...volume }: ChunkedVolume,
  { origin, right, down, rows, columns }: SlicePlane,
  sampling: 'nearest' | 'linear',
  out: Voxels,
  options?: NativeOptions,
): Promise<void> {
  return runNative(
    'obliqueSlice',
    {
      ...volume,
      gridMin: grid.min,
      gridMax: grid.max,
      origin: Float64Array.from(origin),
      right: Float64Array.from(right),
      down: Float64Array.from(down),
      rows,
      columns,
      sampling,
      out,
    },
    options,
  );
}
