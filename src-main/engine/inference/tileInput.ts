import { boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { FascicleError } from '#domain/errors.ts';
import type { VoxelArray, VolumeReader } from '#volumes/volume.ts';

import { applyTaps, inputTaps, tapsRange } from './grid.ts';
import type { Block, Grid } from './grid.ts';

/** Source voxels that are held as float32 at a time while a tile is resampled. */
const SLAB_VOXELS = 2 ** 23;

/**
 * The image of a volume on the model grid, not yet normalised.
 *
 * @param box inside the model grid
 * @throws 'unsupported' for 64-bit integers, which are labels and no image
 */
export async function readModelBlock(
  reader: VolumeReader,
  grid: Grid,
  box: Box,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const shape = boxShape(box);
  const values = new Float32Array(voxelCount(shape));
  const plane = shape[1] * shape[2];
  const [, yRange, xRange] = sourceRanges(grid, box);
  const sourcePlane = (yRange[1] - yRange[0]) * (xRange[1] - xRange[0]);
  const planes = Math.max(1, Math.floor(SLAB_VOXELS / (sourcePlane * Math.max(1, grid.factor[0]))));
  for (let z = box.min[0]; z < box.max[0]; z += planes) {
    const slab: Box = {
      min: [z, box.min[1], box.min[2]],
      max: [Math.min(z + planes, box.max[0]), box.max[1], box.max[2]],
    };
    values.set(await readSlab(reader, grid, slab, signal), (z - box.min[0]) * plane);
  }
  return values;
}

async function readSlab(reader: VolumeReader, grid: Grid, box: Box, signal?: AbortSignal): Promise<Float32Array> {
  const ranges = sourceRanges(grid, box);
  const source: Box = { min: mapZyx((axis) => ranges[axis][0]), max: mapZyx((axis) => ranges[axis][1]) };
  let block: Block = {
    box: source,
    values: toFloat32(await reader.read(source, { signal }), reader.info.source),
  };
  for (const axis of [2, 1, 0] as const)
    if (grid.factor[axis] !== 1)
      block = applyTaps(block, axis, inputTaps(grid, axis, box.min[axis], box.max[axis]), box.min[axis]);
  return block.values;
}

function sourceRanges(grid: Grid, box: Box): readonly (readonly [number, number])[] {
  return ([0, 1, 2] as const).map((axis) =>
    grid.factor[axis] === 1
      ? [box.min[axis], box.max[axis]]
      : tapsRange(inputTaps(grid, axis, box.min[axis], box.max[axis])),
  );
}

function toFloat32(voxels: VoxelArray, source: string): Float32Array {
  if (voxels instanceof Float32Array) return voxels;
  if (voxels instanceof BigUint64Array || voxels instanceof BigInt64Array)
    throw new FascicleError(
      'unsupported',
      `${source} holds 64-bit integers, which are labels. An image of 8, 16 or 32 bit or floating point is needed.`,
    );
  return new Float32Array(voxels);
}

/**
 * The values of a whole tile: the image inside the volume, its mirror image (the edge voxel not repeated) outside.
 *
 * @param origin first voxel of the tile in the model grid, may be negative
 * @throws 'bad-file' for a value that is no finite number: a network makes NaN of all that it sees near it
 */
export async function readTile(
  reader: VolumeReader,
  grid: Grid,
  origin: Zyx,
  tileShape: Zyx,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const tile: Box = { min: origin, max: mapZyx((axis) => origin[axis] + tileShape[axis]) };
  const inside = intersectBoxes(tile, { min: [0, 0, 0], max: grid.modelShape });
  const values = await readModelBlock(reader, grid, inside, signal);
  if (reader.info.type.startsWith('float')) requireFinite(values, inside, grid, reader.info.source);
  return voxelCount(boxShape(inside)) === voxelCount(tileShape)
    ? values
    : mirror(values, inside, tile, grid.modelShape);
}

function requireFinite(values: Float32Array, box: Box, grid: Grid, source: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const [, height, width] = boxShape(box);
  const offset: Zyx = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
  const [z, y, x] = mapZyx((axis) => Math.floor((box.min[axis] + offset[axis]) * grid.factor[axis]));
  throw new FascicleError(
    'bad-file',
    `${source} holds ${Number.isNaN(values[at]) ? 'NaN' : 'an infinity'} at z ${z}, y ${y}, x ${x}, and a network needs a number ` +
      'in every voxel. Put one there (0, or the mean of the image), or choose a region without such voxels.',
  );
}

function mirror(values: Float32Array, inside: Box, tile: Box, bounds: Zyx): Float32Array {
  const shape = boxShape(inside);
  const tileShape = boxShape(tile);
  const [zs, ys, xs] = ([0, 1, 2] as const).map((axis) => mirrorIndices(inside, tile, bounds[axis], axis));
  const padded = new Float32Array(voxelCount(tileShape));
  let to = 0;
  for (const z of zs)
    for (const y of ys) {
      const row = (z * shape[1] + y) * shape[2];
      for (let x = 0; x < xs.length; x++) padded[to++] = values[row + xs[x]];
    }
  return padded;
}

/**
 * For each voxel of the tile along an axis the voxel inside the volume that it repeats. A tile may reach so far out
 * that its mirror image was not read; such voxels are farther from what is kept than the receptive field, and take
 * the nearest one that was.
 */
function mirrorIndices(inside: Box, tile: Box, size: number, axis: 0 | 1 | 2): Int32Array {
  const indices = new Int32Array(tile.max[axis] - tile.min[axis]);
  const last = inside.max[axis] - inside.min[axis] - 1;
  for (let i = 0; i < indices.length; i++) {
    const at = reflect(tile.min[axis] + i, size) - inside.min[axis];
    indices[i] = Math.min(last, Math.max(0, at));
  }
  return indices;
}

/** Mirrors an index into 0 <= i < size at the centres of the first and the last voxel, as often as it takes. */
export function reflect(index: number, size: number): number {
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const at = ((index % period) + period) % period;
  return at < size ? at : period - at;
}
