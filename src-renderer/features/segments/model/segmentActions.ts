import type { MenuEntry } from '#renderer/ui/menu.ts';

/** What the actions on segments need; the component passes its stores. */
export interface SegmentActionContext {
  readonly segments: readonly number[];
  readonly hidden: ReadonlySet<number>;
  readonly pinned: ReadonlyMap<number, string>;
  readonly hideOthers: boolean;
  jump(segment: number): void;
  setHidden(segments: readonly number[], isHidden: boolean): void;
  setHideOthers(isOn: boolean): void;
  pin(segment: number, isPinned: boolean): void;
  copy(text: string): void;
}

/** The menu of one segment or of several: the same from the list, the properties and the views. */
export function segmentMenu(context: SegmentActionContext): MenuEntry[] {
  const { segments, hidden, pinned } = context;
  const [first] = segments;
  const areHidden = segments.every((segment) => hidden.has(segment));
  const isOne = segments.length === 1;
  return [
    { label: 'Jump there', icon: 'target', keys: 'Enter', run: () => context.jump(first) },
    {
      label: areHidden ? 'Show' : 'Hide',
      icon: areHidden ? 'eye' : 'hide',
      run: () => context.setHidden(segments, !areHidden),
    },
    {
      label: 'Hide all others',
      checked: context.hideOthers,
      run: () => context.setHideOthers(!context.hideOthers),
    },
    {
      label: pinned.has(first) ? 'Let go of the colour' : 'Keep this colour',
      icon: 'pin',
      disabledReason: isOne ? null : 'Select one segment.',
      run: () => context.pin(first, !pinned.has(first)),
    },
    'separator',
    {
      label: isOne ? 'Copy the id' : `Copy ${segments.length} ids`,
      icon: 'copy',
      run: () => context.copy(segments.join('\n')),
    },
  ];
}
