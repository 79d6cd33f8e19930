import { ref, shallowRef, watch } from 'vue';

import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import type { ImageLayerId } from '#renderer/features/slices/index.ts';

import type { Histogram } from '../model/histogram.ts';

/** The brightness of a layer of the open project; null until it is read, which is when it is first needed. */
export function useHistogram(layer: () => ImageLayerId, isNeeded: () => boolean) {
  const { client } = useEngine();
  const project = useProjectStore();
  const histogram = shallowRef<Histogram | null>(null);
  const failure = ref<string | null>(null);
  let ended = new AbortController();

  async function read(): Promise<void> {
    ended.abort();
    ended = new AbortController();
    const { signal } = ended;
    const id = project.info?.id;
    histogram.value = null;
    failure.value = null;
    if (id === undefined || !isNeeded()) return;
    try {
      const answer = await client.voxels.histogram(
        { params: { project: id, layer: layer() }, query: { channel: 0 } },
        { signal },
      );
      if (!signal.aborted) histogram.value = answer;
    } catch (error) {
      if (!signal.aborted) failure.value = error instanceof Error ? error.message : String(error);
    }
  }

  watch([() => project.info?.id, layer, isNeeded], () => void read(), { immediate: true });
  return { histogram, failure, read };
}
