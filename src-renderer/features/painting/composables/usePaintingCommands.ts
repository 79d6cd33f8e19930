import { onBeforeUnmount } from 'vue';

import { registerCommands } from '#renderer/commands/index.ts';
import type { Command } from '#renderer/commands/index.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';
import { useEditStore } from '#renderer/features/proofreading/index.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

import { usePaintStore } from '../store.ts';

/** Offers the commands of painting; before those of the other modes, whose Escape they take while it is on. */
export function usePaintingCommands(): void {
  onBeforeUnmount(registerCommands(paintCommands()));
}

function paintCommands(): readonly Command[] {
  const navigation = useNavigationStore();
  const edits = useEditStore();
  const view = useViewStore();
  const paint = usePaintStore();
  const isProofread = () => navigation.isProofreading;
  const isPainting = () => isProofread() && paint.isOn;
  const refusal = () => paint.lack ?? (view.pointer === null ? 'Point at a slice' : null);
  const group = 'Paint';

  return [
    {
      id: 'paint.back',
      label: 'Give the stroke up, or leave Paint',
      group,
      keys: 'Escape',
      when: isPainting,
      run: paint.escape,
    },
    {
      id: 'mode.paint',
      label: 'Paint',
      group: 'Edit modes',
      icon: 'brush',
      mode: 'paint',
      keys: 'Shift+B',
      menu: { name: 'Edit', part: 2 },
      when: isProofread,
      refusal: () => edits.refusal,
      checked: () => paint.isOn,
      run: paint.enter,
    },
    {
      id: 'paint.new-object',
      label: 'Paint a new object',
      group,
      icon: 'new',
      keys: 'Shift+N',
      when: isPainting,
      refusal: () => edits.refusal,
      checked: () => paint.isNew,
      run: () => void (paint.isNew = !paint.isNew),
    },
    {
      id: 'paint.fill-slice',
      label: 'Fill under the pointer, in the slice',
      group,
      icon: 'fill',
      keys: 'Shift+F',
      edits: true,
      when: isPainting,
      refusal,
      run: () => paint.fillHere(false),
    },
    {
      id: 'paint.fill-space',
      label: 'Fill under the pointer, in space',
      group,
      icon: 'cube',
      keys: 'Shift+G',
      edits: true,
      when: isPainting,
      refusal,
      run: () => paint.fillHere(true),
    },
    {
      // A bare key that edits: it exists only within the mode, where every click does.
      id: 'paint.fill-between',
      label: 'Fill the slices between the last two painted',
      group,
      icon: 'slices',
      keys: 'v',
      when: isPainting,
      refusal: () => paint.lackOfSlices,
      run: paint.fillBetween,
    },
    {
      id: 'paint.larger',
      label: 'Larger brush',
      group,
      icon: 'plus',
      keys: 'Shift+ArrowUp',
      repeats: true,
      when: isPainting,
      run: () => paint.resize(1),
    },
    {
      id: 'paint.smaller',
      label: 'Smaller brush',
      group,
      icon: 'minus',
      keys: 'Shift+ArrowDown',
      repeats: true,
      when: isPainting,
      run: () => paint.resize(-1),
    },
  ];
}
