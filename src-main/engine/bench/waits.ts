import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds. */
export interface Waits {
  /** Until the work was done. */
  readonly milliseconds: number;
  /** The longest that anything else in this process waited for its turn meanwhile. */
  readonly longestWait: number;
}

/** Times work that should leave turns of the event loop to others. */
export async function measureWaits<Result>(work: () => Promise<Result>): Promise<Waits & { readonly result: Result }> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const start = performance.now();
  try {
    const result = await work();
    return { result, milliseconds: performance.now() - start, longestWait: delays.max / 1e6 };
  } finally {
    delays.disable();
  }
}
