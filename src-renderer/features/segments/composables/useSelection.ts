import { useViewStore } from '#renderer/features/view/index.ts';

/** How a click or a key in a list of segments changes the selection: plain replaces, Ctrl toggles, Shift takes the range. */
export function useSelection(segmentAt: (index: number) => number) {
  const view = useViewStore();
  let anchor = 0;

  return function choose(index: number, event: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>): void {
    const segment = segmentAt(index);
    if (event.shiftKey) {
      const [first, last] = [Math.min(anchor, index), Math.max(anchor, index)];
      const range = Array.from({ length: last - first + 1 }, (_, i) => segmentAt(first + i));
      // The row that was chosen comes last: its properties are shown.
      view.selected = [...range.filter((other) => other !== segment), segment];
      return;
    }
    anchor = index;
    if (event.ctrlKey || event.metaKey) view.toggle(segment);
    else view.select(segment);
  };
}
