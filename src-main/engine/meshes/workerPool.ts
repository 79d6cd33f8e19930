import { Worker } from 'node:worker_threads';

import { FascicleError } from '#domain/errors.ts';

/** Runs tasks on threads of this process, one task per thread at a time, in the order of their arrival. */
export interface WorkerPool<Task, Answer> {
  /** @param transfer buffers that are handed over, not copied: the caller's arrays over them become empty */
  run(task: Task, transfer?: readonly ArrayBuffer[]): Promise<Answer>;
  close(): Promise<void>;
}

/** What a worker answers. */
export type WorkerAnswer<Answer> = { readonly answer: Answer } | { readonly error: unknown };

interface Waiting<Task, Answer> {
  readonly task: Task;
  readonly transfer: readonly ArrayBuffer[];
  readonly settled: PromiseWithResolvers<Answer>;
}

/** @param entry the module that the threads run: answers every message with a `WorkerAnswer` */
export function openWorkerPool<Task, Answer>(entry: URL, threads: number): WorkerPool<Task, Answer> {
  const waiting: Waiting<Task, Answer>[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();

  function give(worker: Worker): void {
    const next = waiting.shift();
    if (next === undefined) return void idle.push(worker);
    worker.once('message', (message: WorkerAnswer<Answer>) => {
      worker.removeAllListeners('error');
      if ('answer' in message) next.settled.resolve(message.answer);
      else next.settled.reject(message.error);
      give(worker);
    });
    worker.once('error', (cause) => {
      all.delete(worker);
      next.settled.reject(new FascicleError('internal', 'A thread of the mesh process ended unexpectedly.', { cause }));
      if (waiting.length > 0) give(start());
    });
    worker.postMessage(next.task, next.transfer);
  }

  function start(): Worker {
    const worker = new Worker(entry);
    all.add(worker);
    return worker;
  }

  for (let thread = 0; thread < threads; thread++) idle.push(start());

  return {
    run(task, transfer = []) {
      const settled = Promise.withResolvers<Answer>();
      waiting.push({ task, transfer, settled });
      const worker = idle.shift() ?? (all.size < threads ? start() : undefined);
      if (worker !== undefined) give(worker);
      return settled.promise;
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}
