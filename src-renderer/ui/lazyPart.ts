import { defineAsyncComponent } from 'vue';
import type { AsyncComponentLoader, Component } from 'vue';

const loaders: (() => Promise<unknown>)[] = [];

/**
 * A part of the page in a file of its own, read when it is first shown or by `loadAllParts`: what the first picture does not need does not
 * hold it up. What such a part does when it opens it does when it is made too: it may have been asked for before it was there.
 */
export function lazyPart(load: AsyncComponentLoader): Component {
  loaders.push(load);
  return defineAsyncComponent(load);
}

/** Reads the parts that were not shown yet, so that they are there even while the engine, which serves them, is not. */
export function loadAllParts(): void {
  // One that cannot be read now is asked for again when it is shown, and then says so.
  for (const load of loaders) void Promise.resolve(load()).catch(() => undefined);
}

/** Runs something when the window has nothing else to do, or after a while all the same. */
export function whenIdle(run: () => void): void {
  // Safari has no such call.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run, { timeout: MOST_MS });
  else setTimeout(run, MOST_MS);
}

const MOST_MS = 500;
