import { FascicleError } from '#domain/errors.ts';

import { freeMemory } from './freeMemory.ts';
import type { Chunk } from './voxelSource.ts';

/** Loads one chunk; `signal` is aborted when nobody waits for it any more. */
export type LoadChunk = (signal: AbortSignal) => Promise<Chunk>;

/** Chunks of a level that is small as a whole stay apart: they are the first thing to be seen anywhere, and one jump fills all memory. */
export type ChunkTier = 'fine' | 'coarse';

export interface ChunkRequest {
  readonly signal?: AbortSignal | undefined;
  /** 'fine' where absent. */
  readonly tier?: ChunkTier | undefined;
  /** The chunk is used after the turn of the event loop in which it is given. */
  readonly isHeld?: boolean | undefined;
}

/**
 * Decoded chunks of all layers of a project under one budget for each tier, the least recently used dropped first. A chunk that several ask for at
 * the same time is loaded once. A request that is aborted takes its loads with it, unless another waits for them: those that have not
 * begun leave the queue, so that stale requests never hold up what is on the screen.
 *
 * The memory of a chunk that is dropped is freed once this turn of the event loop is over, unless somebody holds the chunk. So whoever asks for a chunk
 * either takes what it needs as soon as the chunk comes, or asks for it with `isHeld`.
 */
export interface ChunkCache {
  /** The chunk, at once where it is kept. @throws FascicleError 'cancelled', or what `load` throws; failures are not kept */
  get(key: string, load: LoadChunk, request?: ChunkRequest): Chunk | Promise<Chunk>;
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

interface Shelf {
  // A Map lists its keys in the order of insertion: re-inserting on use makes the first the least recently used.
  readonly chunks: Map<string, Chunk>;
  readonly maxBytes: number;
  bytes: number;
}

/**
 * @param options.maxBytes budget of the decoded chunks
 * @param options.coarseBytes budget of the coarse ones beside it; none where absent
 * @param options.concurrency chunks that are loaded at a time; more than the threads that decode keeps those busy while files are read
 */
export function createChunkCache(options: { maxBytes: number; coarseBytes?: number; concurrency: number }): ChunkCache {
  const shelf = (maxBytes: number): Shelf => ({ chunks: new Map(), maxBytes, bytes: 0 });
  const shelves: Record<ChunkTier, Shelf> = { fine: shelf(options.maxBytes), coarse: shelf(options.coarseBytes ?? 0) };
  const pending = new Map<string, Pending>();
  const queue = new Set<() => void>();
  let running = 0;
  const held = new WeakSet<Chunk>();
  let dropped: Chunk[] = [];

  const freeDropped = (): void => {
    for (const chunk of dropped) if ('voxels' in chunk && !held.has(chunk)) freeMemory(chunk.voxels);
    dropped = [];
  };
  const drop = (on: Shelf, key: string): void => {
    const chunk = on.chunks.get(key);
    if (chunk === undefined) return;
    on.bytes -= bytesOf(chunk);
    on.chunks.delete(key);
    if (dropped.push(chunk) === 1) setImmediate(freeDropped);
  };
  const keep = (on: Shelf, key: string, chunk: Chunk): void => {
    drop(on, key);
    on.bytes += bytesOf(chunk);
    on.chunks.set(key, chunk);
    for (const oldest of on.chunks.keys()) {
      if (on.bytes <= on.maxBytes) break;
      drop(on, oldest);
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

  const start = (key: string, load: LoadChunk, on: Shelf): Pending => {
    const abort = new AbortController();
    const entry: Pending = { promise: enqueue(() => load(abort.signal), abort.signal), abort, waiters: 0 };
    pending.set(key, entry);
    entry.promise.then(
      (chunk) => {
        // A chunk that was forgotten meanwhile is out of date.
        if (pending.get(key) !== entry) return;
        pending.delete(key);
        keep(on, key, chunk);
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
    get(key, load, { signal, tier = 'fine', isHeld = false } = {}) {
      if (signal?.aborted) return Promise.reject(cancelled(signal));
      const hold = (chunk: Chunk): Chunk => (isHeld && held.add(chunk), chunk);
      const on = shelves[tier];
      const hit = on.chunks.get(key);
      if (hit === undefined) return wait(key, pending.get(key) ?? start(key, load, on), signal).then(hold);
      on.chunks.delete(key);
      on.chunks.set(key, hit);
      return hold(hit);
    },
    forget(prefix) {
      for (const on of Object.values(shelves))
        for (const key of [...on.chunks.keys()]) if (key.startsWith(prefix)) drop(on, key);
      for (const key of [...pending.keys()]) if (key.startsWith(prefix)) pending.delete(key);
    },
    get usage() {
      return { keptBytes: shelves.fine.bytes + shelves.coarse.bytes, loading: running, queued: queue.size };
    },
  };
}

function bytesOf(chunk: Chunk): number {
  return 'voxels' in chunk ? chunk.voxels.byteLength : UNIFORM_BYTES;
}

function cancelled(signal: AbortSignal): FascicleError {
  return new FascicleError('cancelled', 'Nobody waits for these voxels any more.', { cause: signal.reason });
}
