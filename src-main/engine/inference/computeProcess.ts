import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { eventSchema } from '#compute/messages.ts';
import type { ComputeRequest, InferProgress } from '#compute/messages.ts';
import { FascicleError } from '#domain/errors.ts';

/** Where the compute process starts; beside this file's folder both in the source tree and in the built program. */
const ENTRY = fileURLToPath(new URL('../../compute/main.ts', import.meta.url));

/** What is kept of the child's messages for the report of a crash. */
const STDERR_BYTES = 4096;

/**
 * Runs one request in a compute process of its own and ends it. An abort kills the process at once, so that a cancel
 * never waits for a tile; finished blocks stay.
 *
 * @returns the answer, to be parsed with the schema that belongs to the request
 * @throws 'cancelled' on abort; 'internal' where the process crashed, with the signal and its last words; 'storage'
 *   where the system ended it, most likely for want of memory; what the request itself throws
 */
export async function runInCompute(
  request: ComputeRequest,
  options: { signal?: AbortSignal; onProgress?: (progress: InferProgress) => void } = {},
): Promise<unknown> {
  const { signal, onProgress } = options;
  if (signal?.aborted) throw cancelled();
  const child = fork(ENTRY, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await answerOf(child, request, onProgress, () => signal?.aborted === true);
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

function answerOf(
  child: ChildProcess,
  request: ComputeRequest,
  onProgress: ((progress: InferProgress) => void) | undefined,
  isCancelled: () => boolean,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-STDERR_BYTES)));
    child.on('message', (message) => {
      const event = eventSchema.parse(message);
      if (event.type === 'progress') onProgress?.(event.progress);
      else if (event.type === 'done') resolve(event.result);
      else reject(new FascicleError(event.kind, event.message, event.stack ? { cause: event.stack } : {}));
    });
    child.once('error', (error) =>
      reject(new FascicleError('internal', 'The compute process did not start.', { cause: error })),
    );
    child.once('close', (code, exitSignal) => reject(isCancelled() ? cancelled() : crash(code, exitSignal, words)));
    child.send(request);
  });
}

function cancelled(): FascicleError {
  return new FascicleError('cancelled', 'The job was cancelled. Finished blocks are kept; run it again to go on.');
}

function crash(code: number | null, exitSignal: string | null, words: string): FascicleError {
  const outOfMemory = exitSignal === 'SIGKILL' || /bad_alloc|out of memory|failed to allocate/i.test(words);
  if (outOfMemory)
    return new FascicleError(
      'storage',
      'The compute process was ended, most likely because memory ran out. Finished blocks are kept: run again with a ' +
        'smaller memory budget to go on.',
      { cause: words },
    );
  return new FascicleError(
    'internal',
    `The compute process ended unexpectedly (${exitSignal ?? `exit code ${code}`}). Finished blocks are kept; run it again ` +
      `to go on.${words ? ` Its last words: ${words.trim()}` : ''}`,
  );
}
