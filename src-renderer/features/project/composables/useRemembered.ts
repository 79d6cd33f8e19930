import { watch } from 'vue';

import type { ViewState } from '#contract/viewState.ts';

import { useRememberedStore } from '../remembered.ts';
import { useProjectStore } from '../store.ts';

/**
 * Keeps one part of what the window shows from one opening of a project to the next.
 *
 * @param part its name in the contract; has one owner
 * @param current what it is now; undefined while there is nothing to keep
 * @param restore puts it back when a project is shown, before anything is drawn of it; undefined for the defaults
 */
export function useRemembered<Part extends keyof ViewState>(
  part: Part,
  current: () => ViewState[Part],
  restore: (left: ViewState[Part]) => void,
): void {
  const project = useProjectStore();
  const remembered = useRememberedStore();
  /** What was restored is not a change. */
  let known: string | undefined;

  watch(
    () => project.info?.id,
    (id) => {
      if (id === undefined) return;
      const left = remembered.state[part];
      restore(left);
      known = JSON.stringify(left ?? current());
    },
    { immediate: true, flush: 'sync' },
  );
  watch(current, (value) => {
    if (project.info === null || value === undefined) return;
    const text = JSON.stringify(value);
    if (text === known) return;
    known = text;
    remembered.remember({ [part]: value });
  });
}
