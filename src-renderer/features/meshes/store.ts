import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

import { FascicleError } from '#domain/errors.ts';

/** What commands ask of the 3D view. */
export interface MeshActions {
  readonly fitVolume: () => void;
  readonly fitSelection: () => void;
  readonly lookAlong: (axis: 'x' | 'y' | 'z') => void;
  readonly toggleParallel: () => void;
  readonly isParallel: () => boolean;
  readonly savePicture: (withBackground: boolean) => Promise<void>;
}

/**
 * The 3D view as its commands know it. The view comes after the first picture of the slices, in a part of the page that is read then; what is
 * asked of it before waits for it, so that a key or a command is never lost to a page that is still coming.
 */
export const useMeshViewStore = defineStore('mesh-view', () => {
  /** Null while the view is not there. */
  const actions = shallowRef<MeshActions | null>(null);
  /** Why there is none; null while it is there or may still come. */
  const failure = ref<string | null>(null);
  const waiting = new Set<PromiseWithResolvers<MeshActions>>();

  function show(shown: MeshActions): void {
    failure.value = null;
    actions.value = shown;
    for (const { resolve } of waiting) resolve(shown);
    waiting.clear();
  }

  function hide(): void {
    actions.value = null;
  }

  function fail(message: string): void {
    actions.value = null;
    failure.value = message;
    endWaiting(new FascicleError('unsupported', message));
  }

  /** What was asked of a view that never came is not done by the next one. */
  function forget(): void {
    failure.value = null;
    endWaiting(new FascicleError('cancelled', 'The 3D view was left before it was there.'));
  }

  function endWaiting(error: FascicleError): void {
    for (const { reject } of waiting) reject(error);
    waiting.clear();
  }

  /**
   * Does something with the view, once it is there.
   *
   * @throws FascicleError 'unsupported' if it cannot be built, 'cancelled' if it is left before it is there
   */
  async function ask(what: (shown: MeshActions) => void | Promise<void>): Promise<void> {
    if (actions.value !== null) return what(actions.value);
    const wait = Promise.withResolvers<MeshActions>();
    waiting.add(wait);
    await what(await wait.promise);
  }

  return { actions, failure, show, hide, fail, forget, ask };
});
