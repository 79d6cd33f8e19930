import { onScopeDispose, ref, watch } from 'vue';
import type { Ref } from 'vue';

import { PLANES } from '#contract/values.ts';

import { useSlicesStore } from '../store.ts';

/** What waits for the slices waits no longer than this: a project may have no volume, or one that cannot be read. */
const MOST_MS = 1500;

/** True for good once every panel on the screen shows a slice, coarse or sharp; for parts of the window that can start after it. */
export function useFirstPicture(): Readonly<Ref<boolean>> {
  const slices = useSlicesStore();
  const isShown = ref(false);
  const isThere = (): boolean => {
    const panels = PLANES.filter((plane) => slices.viewports[plane] !== null);
    return panels.length > 0 && panels.every((plane) => slices.statuses[plane]?.isBehind === false);
  };
  const timer = setTimeout(show, MOST_MS);
  // In the frame after, the picture is on the screen, and panels that had only begun to look are known to be behind.
  const stop = watch(isThere, (now) => now && requestAnimationFrame(() => isThere() && show()));
  function show(): void {
    isShown.value = true;
    clearTimeout(timer);
    stop();
  }
  onScopeDispose(() => clearTimeout(timer));
  return isShown;
}
