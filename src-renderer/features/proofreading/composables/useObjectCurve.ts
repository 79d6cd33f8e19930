import { shallowRef, watch } from 'vue';

import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

export interface CurvePoint {
  readonly threshold: number;
  readonly segments: number;
  readonly largestVoxels: number;
}

/** A selection that is only passed over asks for nothing. */
const REST_MS = 250;

/** How many segments an object falls into at each threshold; read when the object or the segments change. Null until it is known. */
export function useObjectCurve(anchor: () => number) {
  const { client } = useEngine();
  const project = useProjectStore();
  const points = shallowRef<readonly CurvePoint[] | null>(null);
  const latest = createLatest({ delayMs: REST_MS });

  watch(
    [anchor, () => project.assignment],
    async ([id, assignment], before) => {
      if (id !== before[0]) points.value = null;
      if (id === 0 || assignment === null || project.info === null) return latest.cancel();
      const params = { project: project.info.id };
      // The plot stays empty where it cannot be read; the slider works without.
      const answer = await latest
        .run((signal) => client.edits.curve({ params, query: { anchor: id } }, { signal }))
        .catch(() => undefined);
      if (answer !== undefined) points.value = answer.points;
    },
    { immediate: true },
  );
  return points;
}
