import { computed } from 'vue';

import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { thresholdScale } from '../model/thresholdScale.ts';
import { useEditStore } from '../stores/edits.ts';
import { usePreviewStore } from '../stores/preview.ts';

/**
 * The threshold of the whole volume and that of the selected object: in force, and as they are looked at. People see and move them on
 * `scale`.
 */
export function useThresholds() {
  const project = useProjectStore();
  const view = useViewStore();
  const edits = useEditStore();
  const preview = usePreviewStore();

  const scale = computed(() => thresholdScale(project.info?.segmentation?.beta ?? null));
  /** In force; null merges nothing. */
  const global = computed(() => edits.history.cuts.cut.threshold);
  const globalValue = computed(() =>
    preview.looking?.kind === 'threshold' ? preview.looking.threshold : (global.value ?? 1),
  );
  /** The threshold of its own that the selected object has. */
  const own = computed(
    () => edits.history.cuts.objects.find(({ anchor }) => project.assignment?.[anchor] === view.current) ?? null,
  );
  /** The supervoxel by which the object is named; a segment has the id of its lowest. */
  const anchor = computed(() => own.value?.anchor ?? view.current);
  const objectValue = computed(() =>
    preview.looking?.kind === 'object'
      ? (preview.looking.threshold ?? global.value ?? 1)
      : (own.value?.threshold ?? global.value ?? 1),
  );

  return {
    scale,
    global,
    globalValue,
    own,
    anchor,
    objectValue,
    scrubGlobal: (threshold: number) => preview.look({ kind: 'threshold', threshold }),
    scrubObject: (threshold: number | null) => preview.look({ kind: 'object', anchor: anchor.value, threshold }),
  };
}
