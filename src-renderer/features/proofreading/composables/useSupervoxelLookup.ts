import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import type { Zyx } from '#domain/geometry.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

import { boxAround, nearestSupervoxel } from '../model/nearestSupervoxel.ts';
import type { FoundSupervoxel } from '../model/nearestSupervoxel.ts';

/** How far a simplified surface may lie from the object, in the longest side of a voxel. */
const REACHES = [3, 12];
const MOST_VOXELS = 2 ** 21;

/** Looks up supervoxels in the voxels of the project. */
export function useSupervoxelLookup() {
  const { client } = useEngine();
  const project = useProjectStore();

  async function readBox(min: Zyx, shape: Zyx): Promise<ArrayLike<number>> {
    const [z, y, x] = min;
    const [depth, rows, columns] = shape;
    const params = { project: project.info!.id, layer: 'supervoxels', level: 0 } as const;
    return decodeVoxelBlock(await client.voxels.box({ params, query: { z, y, x, depth, rows, columns } })).voxels;
  }

  /** The supervoxel of a voxel; 0 for none. For a click on a slice whose labels are still on their way. @throws ApiError */
  async function at(voxel: Zyx): Promise<number> {
    return (await readBox(voxel, [1, 1, 1]))[0];
  }

  /** The supervoxel of a segment at a place of its surface: near first, then farther away. @throws ApiError */
  async function near(place: Zyx, segment: number): Promise<FoundSupervoxel | null> {
    const { info, assignment } = project;
    if (!info?.shape || !info.voxelSizeNm || assignment === null) return null;
    for (const reach of REACHES) {
      const { min, shape } = boxAround(place, info.shape, info.voxelSizeNm, reach * Math.max(...info.voxelSizeNm));
      if (shape[0] * shape[1] * shape[2] > MOST_VOXELS || shape.some((length) => length < 1)) continue;
      const voxels = await readBox(min, shape);
      const found = nearestSupervoxel(voxels, min, shape, place, info.voxelSizeNm, (id) => assignment[id] === segment);
      if (found !== null) return found;
    }
    return null;
  }

  return { at, near };
}
