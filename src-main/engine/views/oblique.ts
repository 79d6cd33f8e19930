import { boxOfShape, boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { obliqueSlice } from '#native/obliqueSlice.ts';
import type { SlicePlane } from '#native/obliqueSlice.ts';

import { allocateBlock } from './blockArrays.ts';
import { chunksOfBox } from './chunkGrid.ts';
import type { BlockArray, ReadOptions, VoxelSource } from './voxelSource.ts';

/** Rows that are sampled at a time: their chunks are all that is held, however large the slice. */
const BAND_ROWS = 128;
/** Pixels along the edge of the tiles by which the chunks that are needed are found. */
const TILE = 16;

/**
 * A slice at any angle: linear interpolation for images, the nearest voxel for labels, 0 outside.
 *
 * @param plane in voxels of the level
 */
export async function readOblique(
  source: VoxelSource,
  level: number,
  plane: SlicePlane,
  kind: 'image' | 'labels',
  options: ReadOptions,
): Promise<BlockArray> {
  const { rows, columns } = plane;
  const out = allocateBlock(source.type, rows * columns);
  for (let row = 0; row < rows; row += BAND_ROWS) {
    const origin = mapZyx((axis) => plane.origin[axis] + row * plane.down[axis]);
    const band = { ...plane, origin, rows: Math.min(BAND_ROWS, rows - row) };
    await sampleBand(source, level, band, kind, out.subarray(row * columns, (row + band.rows) * columns), options);
  }
  return out;
}

async function sampleBand(
  source: VoxelSource,
  level: number,
  plane: SlicePlane,
  kind: 'image' | 'labels',
  out: BlockArray,
  options: ReadOptions,
): Promise<void> {
  const { shape } = source.levels[level];
  const { chunkShape } = source;
  const { grid, slots, needed } = chunksOfPlane(plane, shape, chunkShape);
  if (needed.length === 0) return;
  const found = await Promise.all(needed.map((index) => source.chunk(level, index, options)));
  const chunks = found.map((chunk) => ('voxels' in chunk ? chunk.voxels : one(source, chunk.uniform)));
  const sampling = kind === 'image' ? 'linear' : 'nearest';
  await obliqueSlice({ shape, chunkShape, grid, slots, chunks }, plane, sampling, out, { signal: options.signal });
}

function one(source: VoxelSource, value: number): BlockArray {
  return allocateBlock(source.type, 1).fill(value);
}

/** The chunks in which pixels of a plane lie, and perhaps a few more. */
function chunksOfPlane(
  plane: SlicePlane,
  shape: Zyx,
  chunkShape: Zyx,
): { grid: Box; slots: Int32Array; needed: readonly Zyx[] } {
  const all: Box = {
    min: [0, 0, 0],
    max: mapZyx((axis) => Math.ceil(shape[axis] / chunkShape[axis])),
  };
  const [, gridRows, gridColumns] = boxShape(all);
  const slots = new Int32Array(voxelCount(boxShape(all))).fill(-1);
  const needed: Zyx[] = [];
  for (let row = 0; row < plane.rows; row += TILE)
    for (let column = 0; column < plane.columns; column += TILE) {
      const tile = boxOfPixels(plane, row, column);
      for (const index of chunksOfBox(intersectBoxes(tile, boxOfShape(shape)), chunkShape)) {
        const place = (index[0] * gridRows + index[1]) * gridColumns + index[2];
        if (slots[place] >= 0) continue;
        slots[place] = needed.length;
        needed.push(index);
      }
    }
  return { grid: all, slots, needed };
}

/** The voxels around the pixels of a tile: a plane is flat, so its corners bound it. */
function boxOfPixels(plane: SlicePlane, row: number, column: number): Box {
  const height = Math.min(TILE, plane.rows - row) - 1;
  const width = Math.min(TILE, plane.columns - column) - 1;
  const bound = (axis: 0 | 1 | 2, pick: (...values: number[]) => number): number => {
    const first = plane.origin[axis] + row * plane.down[axis] + column * plane.right[axis];
    return first + pick(0, height * plane.down[axis]) + pick(0, width * plane.right[axis]);
  };
  const min = mapZyx((axis) => Math.max(0, Math.floor(bound(axis, Math.min) - 0.5)));
  const max = mapZyx((axis) => Math.max(min[axis], Math.ceil(bound(axis, Math.max) + 0.5) + 1));
  return { min, max };
}
