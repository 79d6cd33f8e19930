import type { Command } from '#renderer/commands/index.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { MOST_SIDES } from '../model/seeds.ts';
import { useEditStore } from '../stores/edits.ts';
import { useModeStore } from '../stores/mode.ts';
import { usePreviewStore } from '../stores/preview.ts';
import { useSplitStore } from '../stores/split.ts';

/** Modes and what their keys do. Shift and a letter enters a mode; Enter commits; Escape takes back, then leaves. */
export function modeCommands(): readonly Command[] {
  const navigation = useNavigationStore();
  const edits = useEditStore();
  const modes = useModeStore();
  const preview = usePreviewStore();
  const split = useSplitStore();
  const view = useViewStore();
  const isProofread = () => navigation.isProofreading;
  const inSplit = () => isProofread() && modes.mode === 'split';
  const group = 'Edit modes';

  return [
    {
      id: 'preview.commit',
      label: 'Make what is looked at the state of the project',
      group: 'Edit',
      keys: 'Enter',
      edits: true,
      when: () => isProofread() && preview.looking !== null,
      refusal: () => edits.refusal,
      run: preview.commit,
    },
    {
      id: 'preview.end',
      label: 'Back to the present state',
      group: 'Edit',
      keys: 'Escape',
      when: () => isProofread() && preview.looking !== null,
      run: preview.end,
    },
    {
      id: 'mode.commit',
      label: 'Commit the edit that is prepared',
      group,
      icon: 'check',
      keys: 'Enter',
      edits: true,
      when: () => isProofread() && modes.mode !== null,
      refusal: () => modes.lack,
      run: modes.commit,
    },
    {
      id: 'mode.back',
      label: 'Take the last seed or object back, or leave the mode',
      group,
      keys: 'Escape',
      when: () => isProofread() && modes.mode !== null,
      run: modes.escape,
    },
    {
      id: 'mode.navigate',
      label: 'Navigate',
      group,
      icon: 'nav',
      keys: 'Escape',
      menu: { name: 'Edit', part: 2 },
      when: isProofread,
      checked: () => view.tool === null,
      run: () => {
        modes.leave();
        view.tool = null;
      },
    },
    {
      id: 'mode.merge',
      label: 'Merge',
      group,
      icon: 'merge',
      mode: 'merge',
      keys: 'Shift+M',
      menu: { name: 'Edit', part: 2 },
      when: isProofread,
      refusal: () => edits.refusal,
      checked: () => modes.mode === 'merge',
      run: () => modes.enter('merge'),
    },
    {
      id: 'mode.split',
      label: 'Split',
      group,
      icon: 'split',
      mode: 'split',
      keys: 'Shift+C',
      menu: { name: 'Edit', part: 2 },
      when: isProofread,
      refusal: () => edits.refusal,
      checked: () => modes.mode === 'split',
      run: () => modes.enter('split'),
    },
    {
      id: 'split.swap',
      label: 'Seeds of the other side',
      group: 'Split',
      icon: 'swap',
      keys: 'g',
      when: inSplit,
      run: split.swap,
    },
    {
      id: 'split.previousCut',
      label: 'Previous cut',
      group: 'Split',
      icon: 'up',
      keys: 'ArrowUp',
      repeats: true,
      when: () => inSplit() && split.cuts.length > 1,
      run: () => split.choose(split.alternative - 1),
    },
    {
      id: 'split.nextCut',
      label: 'Next cut',
      group: 'Split',
      icon: 'down',
      keys: 'ArrowDown',
      repeats: true,
      when: () => inSplit() && split.cuts.length > 1,
      run: () => split.choose(split.alternative + 1),
    },
    ...Array.from({ length: MOST_SIDES }, (_, side): Command => ({
      id: `split.side-${side + 1}`,
      label: `Seeds of side ${side + 1}`,
      group: 'Split',
      keys: String(side + 1),
      when: inSplit,
      checked: () => split.side === side,
      run: () => void (split.side = side),
    })),
  ];
}
