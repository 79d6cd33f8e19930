import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { anchorBoxes, nearestToMiddle } from '../model/anchorBox.ts';

/** Moves the cross-hair into a segment: to a voxel that belongs to its largest supervoxel, near the middle of it. */
export function useJumpToSegment() {
  const { client } = useEngine();
  const project = useProjectStore();
  const view = useViewStore();
  let newest = new AbortController();

  async function findVoxel(segment: number, signal: AbortSignal): Promise<Zyx | null> {
    const layer = project.info?.layers.find(({ id }) => id === 'supervoxels');
    const supervoxel = largestSupervoxel(segment);
    if (!layer || !project.info || !project.supervoxels || supervoxel === 0) return null;
    const box = project.supervoxels.boxes.subarray(6 * (supervoxel - 1), 6 * supervoxel);
    for (const { level, min, shape, factor } of anchorBoxes(box, layer.levels)) {
      const bytes = await client.voxels.box(
        {
          params: { project: project.info.id, layer: 'supervoxels', level },
          query: { z: min[0], y: min[1], x: min[2], depth: shape[0], rows: shape[1], columns: shape[2] },
        },
        { signal },
      );
      const found = nearestToMiddle(decodeVoxelBlock(bytes).voxels, shape, supervoxel);
      if (found !== null) return mapZyx((axis) => (min[axis] + found[axis] + 0.5) * factor[axis]);
    }
    return null;
  }

  function largestSupervoxel(segment: number): number {
    const { assignment, supervoxels } = project;
    if (!assignment || !supervoxels) return 0;
    let largest = 0;
    for (let id = 1; id < assignment.length; id++)
      if (assignment[id] === segment && (largest === 0 || supervoxels.sizes[id - 1] > supervoxels.sizes[largest - 1]))
        largest = id;
    return largest;
  }

  /** The newest call wins; an older one that is still looking is dropped, and so is one for a project that was left. @throws ApiError */
  return async function jumpTo(segment: number): Promise<void> {
    newest.abort();
    newest = new AbortController();
    const { signal } = newest;
    const id = project.info?.id;
    const voxel = await findVoxel(segment, signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (voxel !== null && !signal.aborted && project.info?.id === id) view.moveTo(voxel);
  };
}
