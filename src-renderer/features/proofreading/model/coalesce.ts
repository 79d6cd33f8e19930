/**
 * One question at a time about a value that moves fast, as a slider does: while one is under way, only the newest value waits. Unlike
 * aborting, which under a steady drag would never let an answer through, this shows as many answers as the engine can give.
 *
 * @param ask what is asked for each value that gets its turn
 * @param onError of a question that failed; the next value is asked all the same
 */
export function createCoalescer<Value>(ask: (value: Value) => Promise<void>, onError: (error: unknown) => void) {
  let waiting: { readonly value: Value } | null = null;
  let isBusy = false;

  async function work(): Promise<void> {
    isBusy = true;
    while (waiting !== null) {
      const { value } = waiting;
      waiting = null;
      await ask(value).catch(onError);
    }
    isBusy = false;
  }

  return {
    push(value: Value): void {
      waiting = { value };
      if (!isBusy) void work();
    },
    /** Forgets what waits; an answer that is under way still comes. */
    clear(): void {
      waiting = null;
    },
  };
}
