import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { ERROR_KINDS, FascicleError } from '#domain/errors.ts';
import type { ErrorKind } from '#domain/errors.ts';

/** What a child says to its parent. The child's entry point is made with `serveJob`. */
export type ChildMessage<Progress, Result> =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'done'; readonly result: Result }
  | { readonly type: 'failed'; readonly error: { readonly kind: string; readonly message: string } };

/**
 * Runs one job in a process of its own, which may crash, run out of memory or be killed without harm to this one.
 * Cancelling kills it: blocks that it had finished stay, the one under way is lost.
 *
 * @param entry the module that the child runs
 * @param request sent to the child by structured clone; parameters, never voxels
 * @throws FascicleError the child's own, 'cancelled', or 'internal' when the child died
 */
export function runInChild<Request, Progress, Result>(
  entry: URL,
  request: Request,
  options: { signal?: AbortSignal | undefined; onProgress?: ((progress: Progress) => void) | undefined } = {},
): Promise<Result> {
  const { signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(cancelled());
      return;
    }
    const child = fork(fileURLToPath(entry), { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let trouble = '';
    child.stderr!.on('data', (chunk: Buffer) => (trouble = (trouble + chunk.toString()).slice(-4000)));
    const kill = () => void child.kill('SIGKILL');
    signal?.addEventListener('abort', kill, { once: true });
    let outcome: (() => void) | null = null;

    child.on('message', (message: ChildMessage<Progress, Result>) => {
      if (message.type === 'progress') onProgress?.(message.progress);
      else if (message.type === 'done') outcome = () => resolve(message.result);
      else outcome = () => reject(errorOf(message.error));
    });
    child.on('error', (error) => (outcome ??= () => reject(error)));
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', kill);
      if (outcome) outcome();
      else reject(signal?.aborted ? cancelled() : died(code, killedBy, trouble));
    });
    child.send(request as object);
  });
}

function cancelled(): FascicleError {
  return new FascicleError('cancelled', 'The job was cancelled.');
}

function errorOf({ kind, message }: { kind: string; message: string }): FascicleError {
  return new FascicleError(ERROR_KINDS.includes(kind as ErrorKind) ? (kind as ErrorKind) : 'internal', message);
}

function died(code: number | null, signal: string | null, trouble: string): FascicleError {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const hint =
    signal === 'SIGKILL' ? ' The system does that when memory runs out: use smaller blocks or fewer threads.' : '';
  return new FascicleError(
    'internal',
    `The compute process ended ${how}.${hint} Finished blocks are kept; run again to go on.${trouble && `\n${trouble}`}`,
  );
}
