import { Worker } from 'node:worker_threads';

import { FascicleError } from '#domain/errors.ts';
import type { ErrorKind } from '#domain/errors.ts';
import type { Box } from '#domain/geometry.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';

import type { BlockArray, ReadOptions } from './voxelSource.ts';

/** What the reading thread is started with. */
export interface VolumeWorkerData {
  readonly volume: Pick<SourceVolume, 'source' | 'role' | 'info' | 'reading'>;
  /** What is opened for each level. */
  readonly specs: readonly string[];
  /** Ascending; labels are then given as 1 + the position of their id. Null for images. */
  readonly originalIds: BigUint64Array | null;
}

export type VolumeRequest =
  | {
      readonly type: 'read';
      readonly id: number;
      readonly level: number;
      readonly box: Box;
      readonly channel: number;
    }
  | { readonly type: 'cancel'; readonly id: number };

export type VolumeAnswer =
  | { readonly id: number; readonly voxels: BlockArray }
  | { readonly id: number; readonly failure: { readonly kind: ErrorKind; readonly message: string } };

/** A source volume that a thread of its own reads. */
export interface VolumeClient {
  /** The voxels of a box of the source, in its own coordinates, in the type in which they are shown. */
  read(level: number, box: Box, options: ReadOptions): Promise<BlockArray>;
  /** Waits for the reads under way. */
  close(): Promise<void>;
}

interface Pending {
  resolve(voxels: BlockArray): void;
  reject(error: unknown): void;
}

/** The thread starts with the first read. */
export function createVolumeClient(data: VolumeWorkerData): VolumeClient {
  const pending = new Map<number, Pending>();
  const reads = new Set<Promise<BlockArray>>();
  let worker: Worker | null = null;
  let lastId = 0;

  const start = (): Worker => {
    const started = new Worker(new URL('./volumeWorker.ts', import.meta.url), { workerData: data, execArgv: [] });
    started.on('message', (answer: VolumeAnswer) => {
      const request = pending.get(answer.id);
      if (request === undefined) return;
      pending.delete(answer.id);
      if ('voxels' in answer) request.resolve(answer.voxels);
      else request.reject(new FascicleError(answer.failure.kind, answer.failure.message));
    });
    const end = (cause?: unknown): void => {
      if (worker === started) worker = null;
      for (const { reject } of pending.values())
        reject(new FascicleError('internal', `The thread that reads ${data.volume.source} has ended.`, { cause }));
      pending.clear();
    };
    started.on('error', end).on('exit', () => end());
    started.unref();
    return started;
  };

  return {
    async read(level, box, { channel, signal }) {
      if (signal?.aborted) throw cancelled(signal);
      const id = ++lastId;
      worker ??= start();
      const thread = worker;
      const reading = new Promise<BlockArray>((resolve, reject) => {
        const giveUp = (): void => {
          pending.delete(id);
          thread.postMessage({ type: 'cancel', id } satisfies VolumeRequest);
          reject(cancelled(signal!));
        };
        const settle = (): void => signal?.removeEventListener('abort', giveUp);
        pending.set(id, {
          resolve: (voxels) => (settle(), resolve(voxels)),
          reject: (error) => (settle(), reject(error)),
        });
        signal?.addEventListener('abort', giveUp, { once: true });
        thread.postMessage({ type: 'read', id, level, box, channel } satisfies VolumeRequest);
      });
      reads.add(reading);
      return reading.finally(() => reads.delete(reading));
    },
    async close() {
      await Promise.allSettled(reads);
      await worker?.terminate();
    },
  };
}

function cancelled(signal: AbortSignal): FascicleError {
  return new FascicleError('cancelled', 'Nobody waits for these voxels any more.', { cause: signal.reason });
}
