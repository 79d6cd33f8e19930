import { mapZyx } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { VolumeInfo } from '#volumes/volume.ts';

/** A level of detail of the meshes of a project: a level of the supervoxels' pyramid. Level 0 is the finest. */
export interface MeshLevel {
  readonly level: number;
  /** Voxels of the level, z, y, x. */
  readonly shape: Zyx;
  /** Voxels of level 0 for each of its voxels, z, y, x. */
  readonly factor: Zyx;
  /** z, y, x; 1, 1, 1 for each voxel of level 0 where the project does not know its voxel size. */
  readonly voxelSizeNm: VoxelSizeNm;
  /**
   * Edge of the blocks that fragments are made in, voxels of the level: large ones have fewer seams, small ones spread the few
   * voxels of a coarse level over the processors.
   */
  readonly blockEdge: number;
  /** How far simplification may move the surface, nm: half a voxel of the level in the mean over the axes. */
  readonly toleranceNm: number;
}

/** The mesh levels over the levels of a label pyramid. */
export function meshLevels(pyramid: readonly VolumeInfo[]): MeshLevel[] {
  const finest = pyramid[0]!;
  return pyramid.map(({ shape, voxelSizeNm }, level): MeshLevel => {
    // The shape is rounded up and the factors are powers of two, so the quotient leads to them.
    const factor = mapZyx((axis) => 2 ** Math.round(Math.log2(finest.shape[axis] / shape[axis])));
    const size = mapZyx((axis) => (finest.voxelSizeNm?.[axis] ?? 1) * factor[axis]);
    const edge = voxelSizeNm ?? size;
    return {
      level,
      shape,
      factor,
      voxelSizeNm: edge,
      blockEdge: level === 0 ? 128 : 64,
      toleranceNm: Math.cbrt(edge[0] * edge[1] * edge[2]) / 2,
    };
  });
}
