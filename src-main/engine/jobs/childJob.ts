import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { ERROR_KINDS, FascicleError } from '#domain/errors.ts';
import type { ErrorKind } from '#domain/errors.ts';

/** What a child says to its parent. The child's entry point is made with `serveJob`. */
export type ChildMessage<Progress, Result> =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'done'; readonly result: Result }
  | { readonly type: 'failed'; readonly error: ChildFailure };

/** An error on its way from the child. */
export interface ChildFailure {
  readonly kind: string;
  readonly message: string;
  /** Of a defect, for the report. */
  readonly stack?: string | undefined;
}

/** Those that run now. They belong to this process as a whole: its memory is theirs and its own. */
const running = new Set<number>();

/** The ids of the children that run now. */
export function runningChildren(): readonly number[] {
  return [...running];
}

/** What is kept of the child's standard error for the report of a crash, characters. */
export const KEPT_WORDS = 4096;

/**
 * Runs one job in a process of its own, which may crash, run out of memory or be killed without harm to this one.
 * Cancelling kills it: blocks that it had finished stay, the one under way is lost.
 *
 * @param entry the module that the child runs
 * @param request sent to the child by structured clone; parameters, never voxels
 * @param options.temporaryFolder where it keeps what must not outlive it; that of the system when absent
 * @throws FascicleError the child's own; 'cancelled'; 'storage' where the system ended it, most likely for want of memory;
 *   'internal' where it crashed, with its last words
 */
export async function runInChild<Request extends object, Progress, Result>(
  entry: URL,
  request: Request,
  options: {
    signal?: AbortSignal | undefined;
    onProgress?: ((progress: Progress) => void) | undefined;
    temporaryFolder?: string | undefined;
  } = {},
): Promise<Result> {
  const { signal, onProgress, temporaryFolder: temporary } = options;
  if (signal?.aborted) throw cancelled();
  const child = fork(fileURLToPath(entry), [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...(temporary !== undefined && { env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary } }),
  });
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  child.once('close', () => pid !== undefined && running.delete(pid));
  const kill = () => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await new Promise<Result>((resolve, reject) => {
      let words = '';
      child.stderr!.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-KEPT_WORDS)));
      child.on('message', (message: ChildMessage<Progress, Result>) => {
        if (message.type === 'progress') onProgress?.(message.progress);
        else if (message.type === 'done') resolve(message.result);
        else reject(errorOf(message.error));
      });
      child.once('error', (cause) =>
        reject(new FascicleError('internal', 'The compute process did not start.', { cause })),
      );
      child.once('close', (code, killedBy) => reject(signal?.aborted ? cancelled() : died(code, killedBy, words)));
      child.send(request);
    });
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

function cancelled(): FascicleError {
  return new FascicleError('cancelled', 'The job was cancelled. Finished blocks are kept; run it again to go on.');
}

/** The error that a child described. */
export function errorOf({ kind, message, stack }: ChildFailure): FascicleError {
  const known = ERROR_KINDS.includes(kind as ErrorKind) ? (kind as ErrorKind) : 'internal';
  return new FascicleError(known, message, stack === undefined ? {} : { cause: stack });
}

function died(code: number | null, signal: string | null, words: string): FascicleError {
  const outOfMemory = signal === 'SIGKILL' || /bad_alloc|out of memory|failed to allocate/i.test(words);
  if (outOfMemory)
    return new FascicleError(
      'storage',
      'The compute process was ended, most likely because memory ran out. Finished blocks are kept: run again with a ' +
        'smaller memory budget, smaller blocks or fewer threads to go on.',
      { cause: words },
    );
  return new FascicleError(
    'internal',
    `The compute process ended unexpectedly (${signal ?? `exit code ${code}`}). Finished blocks are kept; run it again ` +
      `to go on.${words ? ` Its last words: ${words.trim()}` : ''}`,
  );
}
