import { useDebounceFn, useEventListener } from '@vueuse/core';
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';

import type { ProjectInfo } from '#contract/routes/projects.ts';
import type { ViewState } from '#contract/viewState.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';

/** What changes while the window is worked with is sent when it rests, and from time to time if it does not. */
const REST_MS = 600;
const MOST_MS = 5000;

/** What the window showed of a project when it was left, and what the next one will begin from. Parts see `useRemembered`. */
export const useRememberedStore = defineStore('remembered', () => {
  const { client } = useEngine();
  const state = shallowRef<ViewState>({});
  let owner: Pick<ProjectInfo, 'id' | 'readOnly'> | null = null;
  let waiting: ViewState = {};
  /** What is sent is sent after what was sent before: two calls under way may arrive in any order. */
  let last: Promise<void> = Promise.resolve();

  /** What a project was left with, a moment ago perhaps. One that cannot be read is shown as if for the first time. */
  function read(id: string): Promise<ViewState> {
    send();
    return last.then(() => client.projects.view({ params: { project: id } })).catch(() => ({}));
  }

  /** From now on a project is looked at that was left like this. */
  function begin(project: Pick<ProjectInfo, 'id' | 'readOnly'>, left: ViewState): void {
    send();
    owner = { id: project.id, readOnly: project.readOnly };
    state.value = left;
  }

  function remember(changes: ViewState): void {
    state.value = { ...state.value, ...changes };
    if (owner === null || owner.readOnly) return;
    waiting = { ...waiting, ...changes };
    void sendSoon();
  }

  function send(after = last): void {
    if (owner === null || Object.keys(waiting).length === 0) return;
    const [{ id }, body] = [owner, waiting];
    waiting = {};
    // Nothing to disturb anybody with: while the engine is away it waits for the next change.
    last = after
      .then(() => client.projects.setView({ params: { project: id }, body }))
      .catch(() => {
        if (owner?.id === id) waiting = { ...body, ...waiting };
      });
  }
  const sendSoon = useDebounceFn(() => send(), REST_MS, { maxWait: MOST_MS });
  // A window that is closed is hidden first, and has no time to wait for an answer.
  useEventListener(
    document,
    'visibilitychange',
    () => document.visibilityState === 'hidden' && send(Promise.resolve()),
  );

  return { state, read, begin, remember };
});
