import { FascicleError } from '#domain/errors.ts';

import type { Chunk } from './voxelSource.ts';

/** Loads one chunk; `signal` is aborted when nobody waits for it any more. */
export type LoadChunk = (signal: AbortSignal) => Promise<Chunk>;

/**
 * Decoded chunks of all layers of a project under one budget, the least recently used dropped first. A chunk that several ask for at
 * the same time is loaded once. A request that is aborted takes its loads with it, unless another waits for them: those that have not
 * begun leave the queue, so that stale requests never hold up what is on the screen.
 */
export interface ChunkCache {
  /** The chunk, at once where it is kept. @throws FascicleError 'cancelled', or what `load` throws; failures are not kept */
  get(key: string, load: LoadChunk, signal?: AbortSignal): Chunk | Promise<Chunk>;
  /** Forgets the chunks whose keys begin so, also those being loaded. */
  forget(prefix: string): void;
  /** What is kept and under way, for tests and reports. */
  readonly usage: { readonly keptBytes: number; readonly loading: number; readonly queued: number };
}

/** A chunk of one value is a small object and a key. */
const UNIFORM_BYTES = 128;

interface Pending {
  readonly promise: Promise<Chunk>;
  readonly abort: AbortController;
  waiters: number;
}

/**
 * @param options.maxBytes budget of the decoded chunks
 * @param options.concurrency chunks that are loaded at a time; more than the threads that decode keeps those busy while files are read
 */
export function createChunkCache(options: { maxBytes: number; concurrency: number }): ChunkCache {
  // A Map lists its keys in the order of insertion: re-inserting on use makes the first the least recently used.
  const kept = new Map<string, Chunk>();
  const pending = new Map<string, Pending>();
  const queue = new Set<() => void>();
  let keptBytes = 0;
  let running = 0;

  const drop = (key: string): void => {
    const chunk = kept.get(key);
    if (chunk === undefined) return;
    keptBytes -= bytesOf(chunk);
    kept.delete(key);
  };
  const keep = (key: string, chunk: Chunk): void => {
    drop(key);
    keptBytes += bytesOf(chunk);
    kept.set(key, chunk);
    for (const oldest of kept.keys()) {
      if (keptBytes <= options.maxBytes) break;
      drop(oldest);
    }
  };

  /** Runs `work` when a place is free; `signal` takes it out of the queue. */
  const enqueue = (work: () => Promise<Chunk>, signal: AbortSignal): Promise<Chunk> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        queue.delete(begin);
        signal.removeEventListener('abort', leave);
        running++;
        void work()
          .then(resolve, reject)
          .finally(() => {
            running--;
            queue.values().next().value?.();
          });
      };
      const leave = (): void => {
        queue.delete(begin);
        reject(cancelled(signal));
      };
      if (running < options.concurrency) begin();
      else {
        queue.add(begin);
        signal.addEventListener('abort', leave, { once: true });
      }
    });

  const start = (key: string, load: LoadChunk): Pending => {
    const abort = new AbortController();
    const entry: Pending = { promise: enqueue(() => load(abort.signal), abort.signal), abort, waiters: 0 };
    pending.set(key, entry);
    entry.promise.then(
      (chunk) => {
        // A chunk that was forgotten meanwhile is out of date.
        if (pending.get(key) !== entry) return;
        pending.delete(key);
        keep(key, chunk);
      },
      () => {
        if (pending.get(key) === entry) pending.delete(key);
      },
    );
    return entry;
  };

  /** Waits for a load until it ends or the one who asked gives up; the last to give up aborts it. */
  const wait = (key: string, entry: Pending, signal: AbortSignal | undefined): Promise<Chunk> => {
    entry.waiters++;
    if (signal === undefined) return entry.promise;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(cancelled(signal));
        if (--entry.waiters > 0) return;
        if (pending.get(key) === entry) pending.delete(key);
        entry.abort.abort();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      entry.promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    });
  };

  return {
    get(key, load, signal) {
      if (signal?.aborted) return Promise.reject(cancelled(signal));
      const hit = kept.get(key);
      if (hit === undefined) return wait(key, pending.get(key) ?? start(key, load), signal);
      kept.delete(key);
      kept.set(key, hit);
      return hit;
    },
    forget(prefix) {
      for (const key of [...kept.keys()]) if (key.startsWith(prefix)) drop(key);
      for (const key of [...pending.keys()]) if (key.startsWith(prefix)) pending.delete(key);
    },
    get usage() {
      return { keptBytes, loading: running, queued: queue.size };
    },
  };
}

function bytesOf(chunk: Chunk): number {
  return 'voxels' in chunk ? chunk.voxels.byteLength : UNIFORM_BYTES;
}

function cancelled(signal: AbortSignal): FascicleError {
  return new FascicleError('cancelled', 'Nobody waits for these voxels any more.', { cause: signal.reason });
}
