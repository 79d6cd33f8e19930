import { computed } from 'vue';
import type { ComputedRef } from 'vue';

import type { EditRequestInput } from '#contract/routes/edits.ts';
import {
  useEditStore,
  useMergeStore,
  useModeStore,
  usePreviewStore,
  useSplitStore,
} from '#renderer/features/proofreading/index.ts';

/** The edit whose consequence the window shows before it is made; null while there is none. */
export function useEditInView(): ComputedRef<EditRequestInput | null> {
  const mode = useModeStore();
  const merge = useMergeStore();
  const split = useSplitStore();
  const preview = usePreviewStore();
  const edits = useEditStore();
  return computed(() => {
    if (mode.mode === 'merge' && merge.proposal !== null)
      return { kind: 'merge', supervoxels: merge.partners.map(({ supervoxel }) => supervoxel) };
    if (mode.mode === 'split' && split.proposal !== null)
      return { kind: 'split', seeds: [...split.seeds], alternative: split.alternative };
    const at = preview.looking;
    if (at?.kind === 'threshold')
      return { kind: 'threshold', cut: { threshold: at.threshold, minSize: edits.history.cuts.cut.minSize } };
    if (at?.kind === 'object') return { kind: 'object-threshold', anchor: at.anchor, threshold: at.threshold };
    return null;
  });
}
