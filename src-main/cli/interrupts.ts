/** npm hands on the Ctrl-C that the terminal has sent to the program already: what follows so soon is the same one. */
const SAME_MS = 500;

/**
 * What Ctrl-C does: the first asks the command to stop, which finishes what it has begun to write; another one ends the program where it
 * stands, for commands that take long to hear of it.
 *
 * @param end ends the process; every command may be ended at any moment
 * @param now milliseconds
 */
export function createInterrupts(end: () => void, now: () => number): { signal: AbortSignal; interrupt: () => void } {
  const controller = new AbortController();
  let askedAt = 0;
  return {
    signal: controller.signal,
    interrupt() {
      if (controller.signal.aborted) {
        if (now() - askedAt > SAME_MS) end();
        return;
      }
      askedAt = now();
      controller.abort();
    },
  };
}
