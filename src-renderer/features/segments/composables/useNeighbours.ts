import { computed, ref, shallowRef, watch } from 'vue';

import type { Neighbour } from '#contract/routes/segments.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

/** The largest contacts of a segment, read again when the segment or the segmentation changes; the newest question wins. */
export function useNeighbours(segment: () => number, limit = 50) {
  const { client } = useEngine();
  const project = useProjectStore();
  const neighbours = shallowRef<readonly Neighbour[]>([]);
  const total = ref(0);
  /** Whose they are. */
  const owner = ref(0);
  const problem = ref<string | null>(null);

  watch(
    [segment, () => project.assignment],
    async ([id], _before, onCleanup) => {
      const asked = new AbortController();
      onCleanup(() => asked.abort());
      problem.value = null;
      if (id === 0 || project.info === null || project.assignment === null) {
        neighbours.value = [];
        total.value = 0;
        return;
      }
      try {
        const params = { project: project.info.id, segment: id };
        const answer = await client.segments.neighbours({ params, query: { limit } }, { signal: asked.signal });
        if (asked.signal.aborted) return;
        owner.value = id;
        neighbours.value = answer.neighbours;
        total.value = answer.total;
      } catch (error) {
        if (!asked.signal.aborted) problem.value = (error as Error).message;
      }
    },
    { immediate: true },
  );
  /** They are those of another segment still: to be seen until the others come, but not to be acted on. */
  const isStale = computed(() => owner.value !== segment());
  return { neighbours, total, problem, isStale };
}
