/**
 * Turns a request that pushes parts into a generator that is pulled: the request waits while nobody reads, and is aborted
 * when the reader stops. Returns the request's result.
 */
export async function* partsOf<Part, Result>(
  signal: AbortSignal | undefined,
  request: (signal: AbortSignal, onPart: (part: Part) => Promise<unknown>) => Promise<Result>,
): AsyncGenerator<Part, Result> {
  const stop = new AbortController();
  const combined = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const arrived: { part: Part; taken: (nothing: undefined) => void }[] = [];
  let wake: () => void = () => undefined;
  let ended = false;

  const result = request(combined, (part) => {
    const taken = Promise.withResolvers<undefined>();
    arrived.push({ part, taken: taken.resolve });
    wake();
    return taken.promise;
  }).finally(() => {
    ended = true;
    wake();
  });
  // Read below; until then a failure must not count as unhandled.
  result.catch(() => undefined);

  try {
    for (;;) {
      const next = arrived.shift();
      if (next !== undefined) {
        next.taken(undefined);
        yield next.part;
      } else if (ended) {
        return await result;
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  } finally {
    stop.abort();
  }
}
