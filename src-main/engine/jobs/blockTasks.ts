import { FascicleError } from '#domain/errors.ts';

import type { MarkerStore } from './markers.ts';

/** A pure, idempotent piece of work with an id that is the same in every run. */
export interface BlockTask {
  readonly id: string;
  /** Writes the outputs of the task; what it returns is kept in its marker. */
  run(signal: AbortSignal): Promise<unknown>;
}

/**
 * Runs tasks, at most `concurrency` at a time and in order of start, skipping those whose marker is valid.
 * The first failure stops the rest and is thrown; so does the signal, as 'cancelled'.
 *
 * @param onStart called with the place of each task that begins; not for those that are skipped
 * @param onDone called after each finished or skipped task with the number of tasks done so far, and its place
 */
export async function runBlockTasks(
  tasks: readonly BlockTask[],
  options: {
    markers: MarkerStore;
    concurrency: number;
    signal?: AbortSignal | undefined;
    onStart?: (index: number) => void;
    onDone?: (done: number, total: number, index: number) => void;
  },
): Promise<void> {
  const { markers, concurrency, onStart, onDone } = options;
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, ...(options.signal ? [options.signal] : [])]);
  let next = 0;
  let done = 0;

  async function worker(): Promise<void> {
    while (next < tasks.length && !signal.aborted) {
      const index = next++;
      const task = tasks[index];
      try {
        if (!(await markers.isDone(task.id))) {
          onStart?.(index);
          await markers.markDone(task.id, (await task.run(signal)) ?? null);
        }
      } catch (error) {
        failure.abort();
        throw error;
      }
      onDone?.(++done, tasks.length, index);
    }
  }

  const results = await Promise.allSettled(Array.from({ length: Math.max(1, concurrency) }, worker));
  if (options.signal?.aborted) throw new FascicleError('cancelled', 'The job was cancelled.');
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
