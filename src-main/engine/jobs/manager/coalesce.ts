/**
 * Calls `publish` at most once in `intervalMs`: at once when nothing was published lately, else when the time is over, with whatever
 * is the case then.
 *
 * @returns `change` says that something changed; `now` publishes it at once, for what must not wait; `end` forgets what waits
 */
export function coalesce(publish: () => void, intervalMs: number): { change(): void; now(): void; end(): void } {
  let timer: NodeJS.Timeout | null = null;
  let last = -Infinity;
  const run = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    last = performance.now();
    publish();
  };
  return {
    change() {
      if (timer !== null) return;
      const wait = last + intervalMs - performance.now();
      if (wait <= 0) run();
      else timer = setTimeout(run, wait);
    },
    now: run,
    end() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
