import { FascicleError } from '#domain/errors.ts';
import { boxShape } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import { filterLines, filterRows, outputTaps } from './grid.ts';
import type { Block, Grid, Taps } from './grid.ts';

/** What rounding inside a graph may add to a probability; anything beyond is another quantity. */
const RANGE_TOLERANCE = 1e-4;

/** A tile that was run, and the part of it that is used, on the model grid. */
export interface KeptTile {
  readonly origin: Zyx;
  readonly shape: Zyx;
  readonly keep: Box;
}

/**
 * Copies what is kept of one channel of a tile into the model block it belongs to.
 *
 * @param values the channel over the whole tile
 * @throws 'bad-file' where the network gave a NaN, an infinity or a value outside [0, 1]; the message names the tile
 */
export function keepChannel(target: Block, values: Float32Array, tile: KeptTile & { readonly channel: string }): void {
  const { origin, shape, keep } = tile;
  const targetShape = boxShape(target.box);
  const length = keep.max[2] - keep.min[2];
  let low = 0;
  let high = 1;
  for (let z = keep.min[0]; z < keep.max[0]; z++)
    for (let y = keep.min[1]; y < keep.max[1]; y++) {
      const from = ((z - origin[0]) * shape[1] + y - origin[1]) * shape[2] + keep.min[2] - origin[2];
      const to =
        ((z - target.box.min[0]) * targetShape[1] + y - target.box.min[1]) * targetShape[2] +
        keep.min[2] -
        target.box.min[2];
      for (let x = 0; x < length; x++) {
        const value = values[from + x];
        // A NaN makes both extremes NaN for good: Math.min and Math.max hand it on.
        low = Math.min(low, value);
        high = Math.max(high, value);
        target.values[to + x] = value;
      }
    }
  requireProbabilities(low, high, tile);
}

/** @throws 'bad-file' where the extremes of a channel of a tile are no probabilities; NaN where one of its values is */
export function requireProbabilities(
  low: number,
  high: number,
  { origin, shape, channel }: Pick<KeptTile, 'origin' | 'shape'> & { readonly channel: string },
): void {
  if (low >= -RANGE_TOLERANCE && high <= 1 + RANGE_TOLERANCE) return;
  throw new FascicleError(
    'bad-file',
    `The model gave ${Number.isNaN(low) ? 'a NaN' : `values from ${low} to ${high}`} for ${channel} in the tile at ` +
      `z ${origin[0]}, y ${origin[1]}, x ${origin[2]} of shape ${shape.join(' x ')}; probabilities from 0 to 1 are ` +
      `expected. Nothing of this tile was written. Check the model with 'fascicle models check'.`,
  );
}

/**
 * The quantised values of a source box from a channel on the model grid: linear interpolation, then
 * `round half to even of 255 p`. Goes plane by plane, so that what is being interpolated stays in the cache.
 *
 * @param model covers what the box is interpolated from; in y and x exactly the box where they are not resampled
 * @param offset the link that the channel describes, z, y, x; zero for a value of the voxel itself
 * @returns z, y, x, x fastest
 */
export function toSourceBytes(model: Block, grid: Grid, box: Box, offset: Zyx): Uint8Array {
  const [depth, height, width] = boxShape(box);
  const [, modelHeight, modelWidth] = boxShape(model.box);
  const modelPlane = modelHeight * modelWidth;
  const bytes = new Uint8Array(depth * height * width);
  const [alongZ, alongY, alongX] = ([0, 1, 2] as const).map((axis) =>
    grid.factor[axis] === 1 ? null : outputTaps(grid, axis, box.min[axis], box.max[axis], offset[axis]),
  );
  const [z0, y0, x0] = model.box.min;
  const blended = new Float32Array(alongZ ? modelPlane : 0);
  const rows = new Float32Array(alongY ? height * modelWidth : 0);
  const plane = new Float32Array(alongX ? height * width : 0);
  for (let z = 0; z < depth; z++) {
    const at = box.min[0] + z - z0;
    let values = model.values.subarray(at * modelPlane, (at + 1) * modelPlane);
    if (alongZ) {
      filterLines(model.values, modelPlane, tapAt(alongZ, z), z0, blended);
      values = blended;
    }
    if (alongY) {
      filterLines(values, modelWidth, alongY, y0, rows);
      values = rows;
    }
    if (alongX) {
      filterRows(values, modelWidth, alongX, x0, plane);
      values = plane;
    }
    quantise(values, bytes.subarray(z * height * width, (z + 1) * height * width));
  }
  return bytes;
}

/** The filter of one output alone. */
function tapAt({ width, first, weights }: Taps, index: number): Taps {
  return {
    width,
    first: first.subarray(index, index + 1),
    weights: weights.subarray(index * width, (index + 1) * width),
  };
}

/** 1.5 * 2^52: adding it to a small float64 leaves no fraction bits, so the processor rounds half to even. */
const ROUND = 6755399441055744;

/** For values well below 2^51. */
export const roundHalfToEven = (value: number): number => value + ROUND - ROUND;

/** Probabilities to bytes, `round half to even of 255 p`, clamped to 0..255. */
export function quantise(values: Float32Array, bytes: Uint8Array): void {
  for (let i = 0; i < values.length; i++) {
    const rounded = roundHalfToEven(values[i] * 255);
    bytes[i] = rounded < 0 ? 0 : rounded > 255 ? 255 : rounded;
  }
}

/** The voxelwise minimum, into `target`. */
export function restrict(target: Uint8Array, limit: Uint8Array): void {
  for (let i = 0; i < target.length; i++) if (limit[i] < target[i]) target[i] = limit[i];
}
