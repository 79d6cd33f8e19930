import type { Command } from '#renderer/commands/index.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { stepOn } from '../model/thresholdScale.ts';
import { useEditStore } from '../stores/edits.ts';
import { useModeStore } from '../stores/mode.ts';
import { useProofreadPanelStore } from '../stores/panel.ts';
import { useThresholds } from '../composables/useThresholds.ts';

/** The thresholds. Their keys look only: Enter commits, Escape goes back. */
export function thresholdCommands(): readonly Command[] {
  const navigation = useNavigationStore();
  const view = useViewStore();
  const edits = useEditStore();
  const modes = useModeStore();
  const panel = useProofreadPanelStore();
  const project = useProjectStore();
  const thresholds = useThresholds();
  const when = () => navigation.isProofreading;
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
    {
      ...{ group: 'Threshold', icon: 'thr', when },
      id: 'threshold.curve',
      label: 'Curve over the threshold',
      menu: { name: 'View', part: 2 },
      checked: () => panel.isCurveOpen,
      refusal: () =>
        modes.mode === null ? (project.assignment ? null : 'There are no segments yet') : 'Leave the mode first',
      run: () => void (panel.isCurveOpen = !panel.isCurveOpen),
    },
  ];
}
