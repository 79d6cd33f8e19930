import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { obliqueSlice } from '#native/obliqueSlice.ts';
import type { SlicePlane } from '#native/obliqueSlice.ts';

import { allocateBlock, blockTypeBytes } from './blockArrays.ts';
import { chunksOfBox } from './chunkGrid.ts';
import type { BlockArray, ReadOptions, VoxelSource } from './voxelSource.ts';

/** Rows that are sampled at a time, fewer where these meet too many chunks. */
const BAND_ROWS = 128;
/** The chunks of a band are held while it is sampled. */
const MOST_BAND_BYTES = 256 * 2 ** 20;
/** Voxels and pixels, at most, along the edge of the tiles by which the chunks that are needed are found. */
const TILE_VOXELS = 32;
const TILE_PIXELS = 16;

/**
 * A slice at any angle: linear interpolation for images, the nearest voxel for labels, 0 outside.
 *
 * @param plane in voxels of the level
 * @throws FascicleError 'bad-request' where pixels lie so far apart that a row alone meets too many chunks: a coarser level shows the same
 */
export async function readOblique(
  source: VoxelSource,
  level: number,
  plane: SlicePlane,
  kind: 'image' | 'labels',
  options: ReadOptions,
): Promise<BlockArray> {
  const { rows, columns } = plane;
  const { shape } = source.levels[level];
  const { chunkShape } = source;
  const mostChunks = Math.max(8, Math.floor(MOST_BAND_BYTES / (voxelCount(chunkShape) * blockTypeBytes(source.type))));
  const sampling = kind === 'image' ? 'linear' : 'nearest';
  const out = allocateBlock(source.type, rows * columns);
  let height = BAND_ROWS;
  for (let row = 0; row < rows; row += height) {
    const origin = mapZyx((axis) => plane.origin[axis] + row * plane.down[axis]);
    height = Math.min(height, rows - row);
    let found = chunksOfPlane({ ...plane, origin, rows: height }, shape, chunkShape, mostChunks);
    while (found === null && height > 1) {
      height = Math.ceil(height / 2);
      found = chunksOfPlane({ ...plane, origin, rows: height }, shape, chunkShape, mostChunks);
    }
    if (found === null)
      throw new FascicleError(
        'bad-request',
        'The pixels of the slice lie too far apart for this level. Ask for a coarser level or for fewer columns.',
      );
    if (found.needed.length === 0) continue;
    const loaded = await Promise.all(
      found.needed.map((index) => source.chunk(level, index, { ...options, isHeld: true })),
    );
    const chunks = loaded.map((chunk) => ('voxels' in chunk ? chunk.voxels : one(source, chunk.uniform)));
    const band = out.subarray(row * columns, (row + height) * columns);
    await obliqueSlice(
      { shape, chunkShape, grid: found.grid, slots: found.slots, chunks },
      { ...plane, origin, rows: height },
      sampling,
      band,
      { signal: options.signal },
    );
  }
  return out;
}

function one(source: VoxelSource, value: number): BlockArray {
  return allocateBlock(source.type, 1).fill(value);
}

/** The chunks in which pixels of a plane lie, and perhaps a few more; null for more than `most`. */
function chunksOfPlane(
  plane: SlicePlane,
  shape: Zyx,
  chunkShape: Zyx,
  most: number,
): { grid: Box; slots: Int32Array; needed: readonly Zyx[] } | null {
  const step = Math.max(...plane.right.map(Math.abs), ...plane.down.map(Math.abs));
  const tile = Math.min(TILE_PIXELS, Math.max(1, Math.floor(TILE_VOXELS / step)));
  const all: Box = {
    min: [0, 0, 0],
    max: mapZyx((axis) => Math.ceil(shape[axis] / chunkShape[axis])),
  };
  const [, gridRows, gridColumns] = boxShape(all);
  const slots = new Int32Array(voxelCount(boxShape(all))).fill(-1);
  const needed: Zyx[] = [];
  for (let row = 0; row < plane.rows; row += tile)
    for (let column = 0; column < plane.columns; column += tile) {
      const box = boxOfPixels(plane, row, column, tile);
      for (const index of chunksOfBox(intersectBoxes(box, boxOfShape(shape)), chunkShape)) {
        const place = (index[0] * gridRows + index[1]) * gridColumns + index[2];
        if (slots[place] >= 0) continue;
        if (needed.length === most) return null;
        slots[place] = needed.length;
        needed.push(index);
      }
    }
  return { grid: all, slots, needed };
}

/** The voxels around the pixels of a tile: a plane is flat, so its corners bound it. */
function boxOfPixels(plane: SlicePlane, row: number, column: number, tile: number): Box {
  const height = Math.min(tile, plane.rows - row) - 1;
  const width = Math.min(tile, plane.columns - column) - 1;
  const bound = (axis: 0 | 1 | 2, pick: (...values: number[]) => number): number => {
    const first = plane.origin[axis] + row * plane.down[axis] + column * plane.right[axis];
    return first + pick(0, height * plane.down[axis]) + pick(0, width * plane.right[axis]);
  };
  const min = mapZyx((axis) => Math.max(0, Math.floor(bound(axis, Math.min) - 0.5)));
  const max = mapZyx((axis) => Math.max(min[axis], Math.ceil(bound(axis, Math.max) + 0.5) + 1));
  return { min, max };
}
