import type { Zyx } from '#domain/geometry.ts';

export interface MeshLevel {
  readonly level: number;
  readonly voxelSizeNm: Zyx;
}

/** Triangles of one segment that the view still turns fluently on a modest GPU. */
const MOST_TRIANGLES = 1_500_000;

/** Levels between the first version and the full one. */
const FIRST_STEPS = 2;

/**
 * The levels at which a segment is fetched, the first version before the full one. Its surface is judged from its volume: neurites are
 * tubes, so it grows with the volume, and one voxel of surface makes about two triangles.
 *
 * @param voxels of the segment at the finest level
 */
export function chooseLevels(voxels: number, levels: readonly MeshLevel[]): readonly number[] {
  const finest = levels[0].voxelSizeNm;
  const isFew = ({ voxelSizeNm }: MeshLevel) => {
    const linear = Math.cbrt((voxelSizeNm[0] * voxelSizeNm[1] * voxelSizeNm[2]) / (finest[0] * finest[1] * finest[2]));
    return (0.6 * voxels) / linear ** 2 <= MOST_TRIANGLES;
  };
  const found = levels.findIndex(isFew);
  const full = found === -1 ? levels.length - 1 : found;
  const first = Math.min(full + FIRST_STEPS, levels.length - 1);
  const chosen = first === full ? [full] : [first, full];
  return chosen.map((index) => levels[index].level);
}
