import { effectScope } from 'vue';
import type { EffectScope } from 'vue';

import { useEngine } from '#renderer/engine/useEngine.ts';
import { openSliceRenderer } from '#renderer/rendering/slices/openSliceRenderer.ts';
import type { SliceRenderer } from '#renderer/rendering/slices/sliceRenderer.ts';

import { wishedDrawing } from '../model/wishedDrawing.ts';

import { followScene } from './followScene.ts';

interface Shared {
  readonly opening: Promise<SliceRenderer>;
  readonly scope: EffectScope;
  /** Null while it is being opened. */
  renderer: SliceRenderer | null;
  users: number;
}

let shared: Shared | null = null;

/**
 * The one renderer of the window: made for the first panel, deleted with the last. Every call is to be followed by a release, also one
 * that fails.
 */
export function acquireRenderer(): Promise<SliceRenderer> {
  shared ??= open();
  shared.users++;
  return shared.opening;
}

function open(): Shared {
  const opened: Shared = {
    opening: openSliceRenderer(useEngine().access, wishedDrawing(location.search)).then((renderer) => {
      opened.renderer = renderer;
      if (shared === opened) opened.scope.run(() => followScene(renderer));
      else renderer.dispose();
      return renderer;
    }),
    scope: effectScope(true),
    renderer: null,
    users: 0,
  };
  return opened;
}

export function releaseRenderer(): void {
  if (shared === null || --shared.users > 0) return;
  shared.scope.stop();
  shared.renderer?.dispose();
  shared = null;
}

/** Starts the renderer before there is a panel, so that the first one finds it ready. Call what comes back once panels hold it, or none will. */
export function prepareRenderer(): () => void {
  // The panels ask for the same one, and say what is wrong with it.
  acquireRenderer().catch(() => undefined);
  return releaseRenderer;
}

/** The renderer, while panels are on the screen; for measurements. */
export function currentRenderer(): SliceRenderer | null {
  return shared?.renderer ?? null;
}
