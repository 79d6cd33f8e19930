import { FascicleError } from '#domain/errors.ts';
import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import { applyTaps, outputTaps, tapsRange } from './grid.ts';
import type { Block, Grid } from './grid.ts';

/** What rounding inside a graph may add to a probability; anything beyond is another quantity. */
const RANGE_TOLERANCE = 1e-4;

/**
 * Copies what is kept of one channel of a tile into the model block it belongs to.
 *
 * @param values the channel over the whole tile
 * @throws 'bad-file' where the network gave a NaN, an infinity or a value outside [0, 1]; the message names the tile
 */
export function keepChannel(
  target: Block,
  values: Float32Array,
  tile: { origin: Zyx; shape: Zyx; keep: Box; channel: string },
): void {
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
  if (!(low >= -RANGE_TOLERANCE && high <= 1 + RANGE_TOLERANCE))
    throw new FascicleError(
      'bad-file',
      `The model gave ${Number.isNaN(low) ? 'a NaN' : `values from ${low} to ${high}`} for ${tile.channel} in the tile at ` +
        `z ${origin[0]}, y ${origin[1]}, x ${origin[2]} of shape ${shape.join(' x ')}; probabilities from 0 to 1 are ` +
        `expected. Nothing of this tile was written. Check the model with 'fascicle models check'.`,
    );
}

/** Source voxels that are interpolated as float32 at a time. */
const SLAB_VOXELS = 2 ** 21;

/**
 * The quantised values of a source box from a channel on the model grid: linear interpolation, then
 * `round half to even of 255 p`.
 *
 * @param offset the link that the channel describes, z, y, x; zero for a value of the voxel itself
 * @returns z, y, x, x fastest
 */
export function toSourceBytes(model: Block, grid: Grid, box: Box, offset: Zyx): Uint8Array {
  const shape = boxShape(box);
  const bytes = new Uint8Array(voxelCount(shape));
  const plane = shape[1] * shape[2];
  const planes = Math.max(1, Math.floor(SLAB_VOXELS / plane));
  for (let z = box.min[0]; z < box.max[0]; z += planes) {
    const max = Math.min(z + planes, box.max[0]);
    const slab: Box = { min: [z, box.min[1], box.min[2]], max: [max, box.max[1], box.max[2]] };
    quantise(toSource(model, grid, slab, offset), bytes.subarray((z - box.min[0]) * plane, (max - box.min[0]) * plane));
  }
  return bytes;
}

function toSource(model: Block, grid: Grid, box: Box, offset: Zyx): Float32Array {
  let block: Block | null = null;
  for (const axis of [0, 1, 2] as const) {
    const whole = grid.factor[axis] === 1;
    const taps = outputTaps(grid, axis, box.min[axis], box.max[axis], offset[axis]);
    if (axis === 0) {
      block = cropPlanes(model, ...(whole ? ([box.min[0], box.max[0]] as const) : tapsRange(taps)));
    }
    if (!whole) block = applyTaps(block!, axis, taps, box.min[axis]);
  }
  return block!.values;
}

/** The planes from `min` to `max` of a block, without a copy. */
function cropPlanes(block: Block, min: number, max: number): Block {
  const shape = boxShape(block.box);
  const plane = shape[1] * shape[2];
  const from = min - block.box.min[0];
  return {
    box: {
      min: [min, block.box.min[1], block.box.min[2]],
      max: [max, block.box.max[1], block.box.max[2]],
    },
    values: block.values.subarray(from * plane, (from + max - min) * plane),
  };
}

/** 1.5 * 2^52: adding it to a small float64 leaves no fraction bits, so the processor rounds half to even. */
const ROUND = 6755399441055744;

/** Probabilities to bytes, `round half to even of 255 p`, clamped to 0..255. */
export function quantise(values: Float32Array, bytes: Uint8Array): void {
  for (let i = 0; i < values.length; i++) {
    const rounded = values[i] * 255 + ROUND - ROUND;
    bytes[i] = rounded < 0 ? 0 : rounded > 255 ? 255 : rounded;
  }
}

/** The voxelwise minimum, into `target`. */
export function restrict(target: Uint8Array, limit: Uint8Array): void {
  for (let i = 0; i < target.length; i++) if (limit[i] < target[i]) target[i] = limit[i];
}
