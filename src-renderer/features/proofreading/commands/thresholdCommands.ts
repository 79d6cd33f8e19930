import type { Command } from '#renderer/commands/index.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { stepOn } from '../model/thresholdScale.ts';
import { useEditStore } from '../stores/edits.ts';
import { useModeStore } from '../stores/mode.ts';
import { useThresholds } from '../composables/useThresholds.ts';

/** Keys of the thresholds. They look only: Enter commits, Escape goes back. */
export function thresholdCommands(): readonly Command[] {
  const navigation = useNavigationStore();
  const view = useViewStore();
  const edits = useEditStore();
  const modes = useModeStore();
  const thresholds = useThresholds();
  const when = () => navigation.screen === 'workspace' && navigation.workspace === 'proofread';
  /** A threshold, moved by steps of the scale on which it is seen. */
  const moved = (threshold: number, steps: number) => {
    const scale = thresholds.scale.value;
    return scale.toThreshold(stepOn(scale, scale.toValue(threshold), steps));
  };
  const refusal = () => edits.refusal ?? (modes.mode === null ? null : 'Leave the mode first');
  const base = { group: 'Threshold', icon: 'thr', repeats: true, when } as const;

  return [
    ...(
      [
        ['Lower', '[', -1],
        ['Raise', ']', 1],
      ] as const
    ).map(([verb, keys, by]): Command => ({
      ...base,
      id: `threshold.object-${verb.toLowerCase()}`,
      label: `${verb} the threshold of this object`,
      keys,
      refusal: () => refusal() ?? (view.current === 0 ? 'Select a segment first' : null),
      run: () => thresholds.scrubObject(moved(thresholds.objectValue.value, by)),
    })),
    ...(
      [
        ['Lower', '{', -1],
        ['Raise', '}', 1],
      ] as const
    ).map(([verb, keys, by]): Command => ({
      ...base,
      id: `threshold.global-${verb.toLowerCase()}`,
      label: `${verb} the threshold of the whole volume`,
      keys,
      refusal,
      run: () => thresholds.scrubGlobal(moved(thresholds.globalValue.value, by)),
    })),
  ];
}
