/**
 * The only place that loads the native addon and calls into it.
 *
 * The addon works in place on the typed arrays it is given, whether they lie over an ArrayBuffer or a SharedArrayBuffer, and
 * allocates nothing that JavaScript owns. While a job runs its arrays must be neither changed nor transferred.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';

/** What every long native function takes besides its data. */
export interface NativeOptions {
  /** Worker threads; 0, the default, means one per hardware thread. The result does not depend on it. */
  readonly threads?: number;
  /** Stops the job soon after it aborts; the promise then rejects with a FascicleError of kind 'cancelled'. */
  readonly signal?: AbortSignal | undefined;
  /** Called at most about 20 times a second, and at the end. The unit is the job's own. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

type NativeFunction = (values: Readonly<Record<string, unknown>>) => unknown;

let loaded: Readonly<Record<string, NativeFunction>> | undefined;

/**
 * Runs one function of the addon on a worker thread.
 *
 * @param name the exported name, e.g. `relabel`
 * @param values its named arguments; the addon checks each of them
 * @throws FascicleError 'bad-request' for a wrong argument or an edit that makes no sense, 'conflict' for decisions of a user
 *   that contradict each other, 'cancelled' after an abort, 'unsupported' when the addon cannot
 *   be loaded or memory runs out, 'internal' for anything else
 */
export async function runNative<Result>(
  name: string,
  values: Readonly<Record<string, unknown>>,
  { threads = 0, signal, onProgress }: NativeOptions = {},
): Promise<Result> {
  const addon = loadAddon();
  if (signal?.aborted) throw cancelled(name, signal.reason);
  const cancel = new Int32Array(new SharedArrayBuffer(4));
  const stop = (): void => void Atomics.store(cancel, 0, 1);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return (await addon[name]({ ...values, threads, cancel, onProgress })) as Result;
  } catch (error) {
    throw translate(name, error, signal);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Calls a function of the addon that returns at once. Throws as runNative rejects. */
export function callNative(name: string, values: Readonly<Record<string, unknown>> = {}): unknown {
  const addon = loadAddon();
  try {
    return addon[name](values);
  } catch (error) {
    throw translate(name, error, undefined);
  }
}

/** The file that holds the addon of this platform. In a packaged app it lies outside the archive. */
export function addonPath(): string {
  const repository = join(import.meta.dirname, '..', '..').replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked');
  return join(repository, 'native', 'prebuilds', `${process.platform}-${process.arch}`, 'fascicle.node');
}

function loadAddon(): Readonly<Record<string, NativeFunction>> {
  if (loaded !== undefined) return loaded;
  const path = addonPath();
  try {
    loaded = createRequire(import.meta.url)(path) as Readonly<Record<string, NativeFunction>>;
  } catch (cause) {
    throw new FascicleError(
      'unsupported',
      `The native engine could not be loaded from ${path}: ${cause instanceof Error ? cause.message : String(cause)}. ` +
        'In a source checkout, build it with `npm run build:native`; in an installed program, install it again.',
      { cause },
    );
  }
  return loaded;
}

function translate(name: string, error: unknown, signal: AbortSignal | undefined): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_CANCELLED') return cancelled(name, signal?.reason);
  if (code === 'ERR_OUT_OF_MEMORY') {
    return new FascicleError('unsupported', `${name}: not enough memory; use a smaller block or memory budget`, {
      cause: error,
    });
  }
  if (code === 'ERR_REFUSED') return new FascicleError('bad-request', error.message, { cause: error });
  if (code === 'ERR_CONFLICT') return new FascicleError('conflict', error.message, { cause: error });
  if (error instanceof TypeError || error instanceof RangeError) {
    return new FascicleError('bad-request', error.message, { cause: error });
  }
  return new FascicleError('internal', `${name}: ${error.message}`, { cause: error });
}

function cancelled(name: string, reason: unknown): FascicleError {
  return new FascicleError('cancelled', `${name} was cancelled`, { cause: reason });
}
