import { mapZyx } from '#domain/geometry.ts';

import type { VoxelSource } from './voxelSource.ts';

/**
 * A source whose coarser levels come from a store of their own.
 *
 * @param base its first level is the first level; the others, which are picked from it, are not used, but say how coarse the second is
 * @param coarser the second level and those after it, with chunks of the same shape
 */
export function withStoredLevels(base: VoxelSource, coarser: VoxelSource): VoxelSource {
  const [, { factor: step }] = base.levels;
  const sourceOf = (level: number): [VoxelSource, number] => (level === 0 ? [base, 0] : [coarser, level - 1]);
  return {
    type: base.type,
    channels: base.channels,
    chunkShape: base.chunkShape,
    voxelSizeNm: base.voxelSizeNm,
    hasStoredLevels: true,
    levels: [
      base.levels[0],
      ...coarser.levels.map(({ shape, factor }) => ({ shape, factor: mapZyx((axis) => factor[axis] * step[axis]) })),
    ],
    chunk(level, index, options) {
      const [source, own] = sourceOf(level);
      return source.chunk(own, index, options);
    },
    read(level, box, options) {
      const [source, own] = sourceOf(level);
      return source.read(own, box, options);
    },
    async close() {
      await Promise.all([base.close(), coarser.close()]);
    },
  };
}
