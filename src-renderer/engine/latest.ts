/**
 * Runs the newest of many requests for one thing, as when a field is typed into: an older one is aborted, and its answer is dropped even
 * if it arrives.
 */
export interface Latest {
  /**
   * The value of `work`, or undefined where a newer run or `cancel` came first.
   *
   * @param work gets a signal that is aborted when it is no longer wanted
   * @throws what `work` throws, unless it is no longer wanted
   */
  run<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value | undefined>;
  cancel(): void;
}

/**
 * @param options.delayMs waited before the work begins, so that a burst becomes one request
 * @param options.wait injected in tests
 */
export function createLatest(
  options: { delayMs?: number; wait?: (milliseconds: number) => Promise<void> } = {},
): Latest {
  const { delayMs = 0, wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) } = options;
  let current = new AbortController();

  function cancel(): void {
    current.abort();
  }

  return {
    cancel,
    async run(work) {
      cancel();
      const mine = (current = new AbortController());
      if (delayMs > 0) await wait(delayMs);
      if (mine.signal.aborted) return undefined;
      try {
        const value = await work(mine.signal);
        return mine.signal.aborted ? undefined : value;
      } catch (error) {
        if (mine.signal.aborted) return undefined;
        throw error;
      }
    },
  };
}
