import { useViewStore } from '#renderer/features/view/index.ts';
import type { MenuEntry } from '#renderer/ui/menu.ts';

import { segmentMenu } from '../model/segmentActions.ts';

import { useJumpToSegment } from './useJumpToSegment.ts';

/** The menu of some segments, bound to the window's stores. */
export function useSegmentMenu() {
  const view = useViewStore();
  const jump = useJumpToSegment();
  return (segments: readonly number[]): MenuEntry[] =>
    segmentMenu({
      segments,
      hidden: view.hidden,
      pinned: view.pinned,
      hideOthers: view.hideOthers,
      jump: (segment) => void jump(segment),
      setHidden: view.setHidden,
      setHideOthers: (isOn) => (view.hideOthers = isOn),
      pin: (segment, isPinned) => view.pin(segment, isPinned ? view.colourOf(segment) : null),
      copy: (text) => void navigator.clipboard.writeText(text),
    });
}
