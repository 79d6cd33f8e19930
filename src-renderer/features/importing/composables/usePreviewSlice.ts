import { ref, shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';

import type { Plane } from '#contract/values.ts';
import { decodeVoxelBlock } from '#contract/voxelBlock.ts';
import type { VoxelBlock } from '#contract/voxelBlock.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { describeError } from '#renderer/features/notices/index.ts';

/** A dataset as it is to be read. */
export interface PreviewSource {
  readonly path: string;
  readonly dataset: string;
  readonly axes: string;
  readonly kind: 'image' | 'labels';
}

/** Voxels a side: twice what is drawn, for screens of high density. */
const EDGE = 640;

/** One slice of a file that is not a project yet. The last one stays until the next has come; newer ones end older ones. */
export function usePreviewSlice(
  source: () => PreviewSource | null,
  plane: Plane,
  /** 0..1 along the axis that the plane cuts. */
  at: () => number,
): { block: ShallowRef<VoxelBlock | null>; failure: Ref<string | null>; retry: () => void } {
  const { client } = useEngine();
  const block = shallowRef<VoxelBlock | null>(null);
  const failure = ref<string | null>(null);
  const latest = createLatest();

  async function read(): Promise<void> {
    const wanted = source();
    if (wanted === null) {
      latest.cancel();
      block.value = null;
      return;
    }
    try {
      const query = { ...wanted, plane, at: at(), edge: EDGE };
      const bytes = await latest.run((signal) => client.volumes.preview({ query }, { signal }));
      if (bytes === undefined) return;
      block.value = decodeVoxelBlock(bytes);
      failure.value = null;
    } catch (error) {
      failure.value = describeError(error)?.reason ?? null;
    }
  }

  watch(() => [JSON.stringify(source()), at()], read, { immediate: true });
  return { block, failure, retry: () => void read() };
}
