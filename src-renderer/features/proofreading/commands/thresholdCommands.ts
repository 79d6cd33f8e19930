import type { Command } from '#renderer/commands/index.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { useEditStore } from '../stores/edits.ts';
import { useModeStore } from '../stores/mode.ts';
import { useThresholds } from '../composables/useThresholds.ts';

const STEP = 0.01;

/** Keys of the thresholds. They look only: Enter commits, Escape goes back. */
export function thresholdCommands(): readonly Command[] {
  const navigation = useNavigationStore();
  const view = useViewStore();
  const edits = useEditStore();
  const modes = useModeStore();
  const thresholds = useThresholds();
  const when = () => navigation.screen === 'workspace' && navigation.workspace === 'proofread';
  const refusal = () => edits.refusal ?? (modes.mode === null ? null : 'Leave the mode first');
  const base = { group: 'Threshold', icon: 'thr', repeats: true, when } as const;

  return [
    ...(
      [
        ['Lower', '[', -STEP],
        ['Raise', ']', STEP],
      ] as const
    ).map(([verb, keys, by]): Command => ({
      ...base,
      id: `threshold.object-${verb.toLowerCase()}`,
      label: `${verb} the threshold of this object`,
      keys,
      refusal: () => refusal() ?? (view.current === 0 ? 'Select a segment first' : null),
      run: () => thresholds.scrubObject(step(thresholds.objectValue.value, by)),
    })),
    ...(
      [
        ['Lower', '{', -STEP],
        ['Raise', '}', STEP],
      ] as const
    ).map(([verb, keys, by]): Command => ({
      ...base,
      id: `threshold.global-${verb.toLowerCase()}`,
      label: `${verb} the threshold of the whole volume`,
      keys,
      refusal,
      run: () => thresholds.scrubGlobal(step(thresholds.globalValue.value, by)),
    })),
  ];
}

function step(value: number, by: number): number {
  return Math.min(1, Math.max(0, Math.round((value + by) * 100) / 100));
}
