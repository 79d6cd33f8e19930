import { boxOfShape, boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import { allocateBlock } from './blockArrays.ts';
import type { ChunkCache } from './chunkCache.ts';
import { boxOfChunk, pasteChunk } from './chunkGrid.ts';
import type { BlockArray, ReadOptions, VoxelSource } from './voxelSource.ts';

/** Voxels that are read at a time to pick some from them. */
const MOST_VOXELS = 2 ** 22;

/**
 * Coarser levels for a source that has one level: the middle voxel of every window of `factor` voxels. Less smooth than averages, but
 * there at once, without a pyramid; a slice of any level costs no more than the slice of the first.
 *
 * @param factors of all levels, the first 1, 1, 1
 */
export function withCoarseLevels(
  base: VoxelSource,
  factors: readonly Zyx[],
  options: { name: string; cache: ChunkCache },
): VoxelSource {
  const { shape } = base.levels[0];
  const levels = factors.map((factor) => ({ factor, shape: mapZyx((axis) => Math.ceil(shape[axis] / factor[axis])) }));
  const { type, channels, chunkShape } = base;
  const read: VoxelSource['read'] = (level, box, readOptions) =>
    level === 0 ? base.read(0, box, readOptions) : readEvery(base, factors[level], box, readOptions);
  return {
    type,
    channels,
    chunkShape,
    levels,
    hasStoredLevels: false,
    voxelSizeNm: base.voxelSizeNm,
    read,
    chunk(level, index, { channel, ...request }) {
      if (level === 0) return base.chunk(0, index, { channel, ...request });
      return options.cache.get(
        `${options.name}/every/${level}/${channel}/${index.join('/')}`,
        async (abort) => {
          const whole = boxOfChunk(index, chunkShape);
          const box = intersectBoxes(whole, boxOfShape(levels[level].shape));
          const voxels = allocateBlock(type, voxelCount(chunkShape));
          pasteChunk({ voxels: await read(level, box, { channel, signal: abort }) }, box, voxels, whole);
          return { voxels };
        },
        request,
      );
    },
    close: () => base.close(),
  };
}

/** The voxels of a box of a level that is `factor` times coarser, picked from the first level. */
async function readEvery(base: VoxelSource, factor: Zyx, box: Box, options: ReadOptions): Promise<BlockArray> {
  const { shape } = base.levels[0];
  const [depth, rows, columns] = boxShape(box);
  const out = allocateBlock(base.type, depth * rows * columns);
  const pick = (axis: 0 | 1 | 2, position: number): number =>
    Math.min(position * factor[axis] + (factor[axis] >> 1), shape[axis] - 1);
  const span = (axis: 0 | 1 | 2, from: number, to: number) => [pick(axis, from), pick(axis, to - 1) + 1] as const;
  const [x0, x1] = span(2, box.min[2], box.max[2]);
  const xs = Int32Array.from({ length: columns }, (_, column) => pick(2, box.min[2] + column) - x0);
  // Neighbouring slices are read together only where none between them is left out.
  const rowsAtOnce = Math.max(1, Math.floor(MOST_VOXELS / ((x1 - x0) * factor[1])));
  const slicesAtOnce =
    factor[0] > 1 ? 1 : Math.max(1, Math.floor(MOST_VOXELS / ((x1 - x0) * Math.min(rows, rowsAtOnce) * factor[1])));

  for (let z = 0; z < depth; z += slicesAtOnce)
    for (let y = 0; y < rows; y += rowsAtOnce) {
      const zEnd = Math.min(z + slicesAtOnce, depth);
      const yEnd = Math.min(y + rowsAtOnce, rows);
      const [z0, z1] = span(0, box.min[0] + z, box.min[0] + zEnd);
      const [y0, y1] = span(1, box.min[1] + y, box.min[1] + yEnd);
      const part = await base.read(0, { min: [z0, y0, x0], max: [z1, y1, x1] }, options);
      for (let row = z; row < zEnd; row++)
        for (let line = y; line < yEnd; line++) {
          const from = ((pick(0, box.min[0] + row) - z0) * (y1 - y0) + (pick(1, box.min[1] + line) - y0)) * (x1 - x0);
          const to = (row * rows + line) * columns;
          for (let column = 0; column < columns; column++) out[to + column] = part[from + xs[column]];
        }
    }
  return out;
}
