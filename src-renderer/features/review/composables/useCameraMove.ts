import { onScopeDispose } from 'vue';

import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { useViewStore } from '#renderer/features/view/index.ts';

const DURATION_MS = 180;
const SKIPPED_BY = ['pointerdown', 'wheel', 'keydown'] as const;

/**
 * Moves the cross-hair and the zoom to a place in 180 ms; any input takes them there at once, and so does a wish for less motion. The
 * newest call wins.
 */
export function useCameraMove() {
  const view = useViewStore();
  let finish: (() => void) | null = null;
  onScopeDispose(() => finish?.());

  return function moveTo(place: Zyx, nmPerPixel: number): void {
    finish?.();
    const arrive = (): void => {
      view.moveTo(place);
      view.nmPerPixel = nmPerPixel;
    };
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return arrive();
    const from = { place: view.position, zoom: Math.log(view.nmPerPixel) };
    const begun = performance.now();
    let frame = 0;
    const end = (): void => {
      cancelAnimationFrame(frame);
      for (const input of SKIPPED_BY) window.removeEventListener(input, end, true);
      finish = null;
      arrive();
    };
    const step = (now: number): void => {
      const time = Math.min(1, Math.max(0, now - begun) / DURATION_MS);
      if (time === 1) return end();
      const eased = 1 - (1 - time) ** 3;
      view.moveTo(mapZyx((axis) => from.place[axis] + eased * (place[axis] - from.place[axis])));
      view.nmPerPixel = Math.exp(from.zoom + eased * (Math.log(nmPerPixel) - from.zoom));
      frame = requestAnimationFrame(step);
    };
    finish = end;
    for (const input of SKIPPED_BY) window.addEventListener(input, end, { capture: true, passive: true });
    frame = requestAnimationFrame(step);
  };
}
