import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import type { Zyx } from '#domain/geometry.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { boxAround, nearestSupervoxel } from '../model/nearestSupervoxel.ts';
import type { FoundSupervoxel } from '../model/nearestSupervoxel.ts';

/** How far a simplified surface may lie from the object, in the longest side of a voxel. */
const REACHES = [3, 12];
const MOST_VOXELS = 2 ** 21;

/** Finds the supervoxel of a segment at a place of its surface: near first, then farther away. */
export function useSupervoxelNear() {
  const { client } = useEngine();
  const project = useProjectStore();

  /** @throws ApiError */
  return async function find(place: Zyx, segment: number): Promise<FoundSupervoxel | null> {
    const { info, assignment } = project;
    if (!info?.shape || !info.voxelSizeNm || assignment === null) return null;
    for (const reach of REACHES) {
      const { min, shape } = boxAround(place, info.shape, info.voxelSizeNm, reach * Math.max(...info.voxelSizeNm));
      if (shape[0] * shape[1] * shape[2] > MOST_VOXELS || shape.some((length) => length < 1)) continue;
      const [z, y, x] = min;
      const [depth, rows, columns] = shape;
      const params = { project: info.id, layer: 'supervoxels', level: 0 } as const;
      const bytes = await client.voxels.box({ params, query: { z, y, x, depth, rows, columns } });
      const { voxels } = decodeVoxelBlock(bytes);
      const found = nearestSupervoxel(voxels, min, shape, place, info.voxelSizeNm, (id) => assignment[id] === segment);
      if (found !== null) return found;
    }
    return null;
  };
}
