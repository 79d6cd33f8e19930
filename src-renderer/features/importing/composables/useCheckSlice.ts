import { shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import type { ProjectInfo } from '#contract/routes/projects.ts';
import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';

import { overlaySegments } from '../model/previewImage.ts';
import type { PreviewImage } from '../model/previewImage.ts';

const OPACITY = 0.31;
const LARGEST_SIDE = 1024;

/** A section of a finished check with its segments; null before there is one. */
export function useCheckSlice(
  project: () => ProjectInfo | null,
  /** Of the project, in voxels. */
  section: () => number,
): { image: ShallowRef<PreviewImage | null>; failure: ShallowRef<string | null> } {
  const { client } = useEngine();
  const image = shallowRef<PreviewImage | null>(null);
  const failure = shallowRef<string | null>(null);
  const latest = createLatest();

  async function read(): Promise<void> {
    const info = project();
    if (!info?.shape || info.segmentation === null) return;
    const [, rows, columns] = info.shape;
    const at = {
      query: { column: 0, row: 0, rows: Math.min(rows, LARGEST_SIDE), columns: Math.min(columns, LARGEST_SIDE) },
    };
    const params = { project: info.id, level: 0, plane: 'xy' as const, position: section() };
    try {
      const read = await latest.run((signal) =>
        Promise.all([
          client.voxels.slice({ params: { ...params, layer: 'raw' }, ...at }, { signal }),
          client.voxels.slice({ params: { ...params, layer: 'supervoxels' }, ...at }, { signal }),
          client.segments.assignment({ params: { project: info.id } }, { signal }),
        ]),
      );
      if (read === undefined) return;
      const [raw, ids] = [decodeVoxelBlock(read[0]), decodeVoxelBlock(read[1])];
      const { assignment } = decodeAssignment(read[2]);
      image.value = overlaySegments(
        raw,
        Uint32Array.from(ids.voxels, (id) => assignment[id] ?? 0),
        OPACITY,
      );
      failure.value = null;
    } catch (error) {
      failure.value = (error as Error).message;
    }
  }

  watch(() => [project()?.id, project()?.segmentation?.supervoxels, section()], read, { immediate: true });
  return { image, failure };
}
