import { onScopeDispose, ref, shallowRef, watch } from 'vue';

import type { CurvePoint } from '#contract/routes/edits.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

/** Whose curve: that of the whole volume, or of the object with a supervoxel; null asks for none. */
export type CurveSubject = 'volume' | { readonly anchor: number } | null;

/** A selection that is only passed over asks for nothing. */
const REST_MS = 250;

/**
 * What there would be at each threshold; read when the subject, the segments or the ground truth change. Null until it is known.
 */
export function useThresholdCurve(subject: () => CurveSubject) {
  const { client, on } = useEngine();
  const project = useProjectStore();
  const points = shallowRef<readonly CurvePoint[] | null>(null);
  const latest = createLatest({ delayMs: REST_MS });
  const truths = ref(0);
  const anchorOf = (of: CurveSubject): number | null => (of === null ? null : of === 'volume' ? 0 : of.anchor);

  watch(
    [() => anchorOf(subject()), () => project.assignment, truths],
    async ([anchor, assignment], before) => {
      if (anchor !== before[0]) points.value = null;
      if (anchor === null || assignment === null || project.info === null) return latest.cancel();
      const params = { project: project.info.id };
      const query = anchor === 0 ? {} : { anchor };
      // The plot stays empty where it cannot be read; the slider works without.
      const answer = await latest
        .run((signal) => client.edits.curve({ params, query }, { signal }))
        .catch(() => undefined);
      if (answer !== undefined) points.value = answer.points;
    },
    { immediate: true },
  );
  onScopeDispose(on('review', (event) => event.project === project.info?.id && truths.value++));
  return points;
}
