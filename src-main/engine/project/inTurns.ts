import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Work in steps: a generator that yields where others may have their turn. `atOnce` is for processes that have nothing else to do,
 * `inTurns` for the engine, which answers its windows meanwhile.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Runs all steps, without a break between them. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Runs all steps; requests that wait are answered between any two, and signals of the system are heard.
 *
 * @throws the reason of `signal` where it aborts between two steps; what a step throws
 */
export async function inTurns<Result>(steps: Steps<Result>, signal?: AbortSignal): Promise<Result> {
  for (;;) {
    signal?.throwIfAborted();
    const { done, value } = steps.next();
    if (done === true) return value;
    await nextTurn();
  }
}
