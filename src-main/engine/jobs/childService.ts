import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { FascicleError } from '#domain/errors.ts';

import { errorOf, KEPT_WORDS } from './childJob.ts';
import type { ChildFailure } from './childJob.ts';

/** What the engine says to a service. The child's entry point is made with `serveRequests`. */
export type ServiceCall<Request> =
  | { readonly type: 'request'; readonly id: number; readonly request: Request }
  /** A part was consumed: there is room for one more. */
  | { readonly type: 'taken'; readonly id: number }
  | { readonly type: 'cancel'; readonly id: number };

/** What a service says to the engine. */
export type ServiceAnswer<Part, Result> =
  | { readonly type: 'part'; readonly id: number; readonly part: Part }
  | { readonly type: 'done'; readonly id: number; readonly result: Result }
  | { readonly type: 'failed'; readonly id: number; readonly error: ChildFailure };

/**
 * A long-lived process that answers requests: for work that may crash and is wanted again and again. It starts with the first
 * request. When it dies, the requests under way fail and the next one starts it anew.
 */
export interface ChildService<Request, Part, Result> {
  /**
   * @param options.onPart gets the parts of the answer in order; the child waits where it is slow
   * @throws FascicleError the child's own; 'cancelled'; 'internal' where the process died, with its last words; 'conflict'
   *   after `close`
   */
  request(
    request: Request,
    options?: {
      readonly signal?: AbortSignal | undefined;
      readonly onPart?: ((part: Part) => unknown) | undefined;
    },
  ): Promise<Result>;
  /** The process id while the process runs. */
  readonly pid: number | undefined;
  /** Ends the process; requests under way are cancelled. */
  close(): Promise<void>;
}

export interface ChildServiceOptions {
  /** Names the process in messages, e.g. 'The mesh process'. */
  readonly name: string;
  /** What the user shall do when it died, e.g. 'Select the segment again.' */
  readonly wayOut: string;
  /** Waits before a restart; for tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** A process that dies again and again without an answer in between is started less and less often. */
const FIRST_RESTART_MS = 100;
const SLOWEST_RESTART_MS = 10_000;

interface Pending<Part, Result> {
  resolve(result: Result): void;
  reject(error: unknown): void;
  onPart(part: Part): unknown;
  /** Parts are consumed one after the other. */
  consumed: Promise<void>;
}

/** A service whose process runs `entry`. Payloads cross by structured clone: typed arrays arrive as such. */
export function openChildService<Request, Part, Result>(
  entry: URL,
  options: ChildServiceOptions,
): ChildService<Request, Part, Result> {
  const { name, wayOut, wait = (milliseconds) => delay(milliseconds, undefined, { ref: false }) } = options;
  const pending = new Map<number, Pending<Part, Result>>();
  let child: ChildProcess | undefined;
  let starting: Promise<ChildProcess> | undefined;
  let deaths = 0;
  let lastId = 0;
  let closed = false;

  function failAll(error: () => FascicleError): void {
    const failed = [...pending.values()];
    pending.clear();
    for (const { reject } of failed) reject(error());
  }

  function launch(): ChildProcess {
    const started = fork(fileURLToPath(entry), [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let words = '';
    started.stderr!.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-KEPT_WORDS)));
    started.on('message', (answer: ServiceAnswer<Part, Result>) => receive(started, answer));
    started.on('error', (cause) => {
      // Of a process that runs it is a message that found the channel closed; its end is reported by 'close'.
      if (started.pid !== undefined) return;
      child = undefined;
      deaths++;
      failAll(() => new FascicleError('internal', `${name} did not start: ${cause.message}. ${wayOut}`, { cause }));
    });
    started.once('close', (code, signal) => {
      child = undefined;
      if (closed) return;
      deaths++;
      failAll(() => died(name, wayOut, signal ?? `exit code ${code}`, words));
    });
    return started;
  }

  async function start(): Promise<ChildProcess> {
    // One that has closed its channel is dying: its requests are failed before the next one starts.
    if (child !== undefined) await once(child, 'close');
    if (deaths > 0) await wait(Math.min(SLOWEST_RESTART_MS, FIRST_RESTART_MS * 2 ** (deaths - 1)));
    if (closed) throw wasClosed(name);
    return (child = launch());
  }

  function ensureChild(): Promise<ChildProcess> {
    if (child !== undefined && child.connected) return Promise.resolve(child);
    starting ??= start().finally(() => (starting = undefined));
    return starting;
  }

  function receive(from: ChildProcess, answer: ServiceAnswer<Part, Result>): void {
    const request = pending.get(answer.id);
    if (request === undefined) return;
    if (answer.type === 'part') {
      request.consumed = request.consumed.then(async () => {
        await request.onPart(answer.part);
        say(from, { type: 'taken', id: answer.id });
      });
      request.consumed.catch((error: unknown) => {
        if (!pending.delete(answer.id)) return;
        say(from, { type: 'cancel', id: answer.id });
        request.reject(error);
      });
      return;
    }
    deaths = 0;
    const settle = () => {
      if (!pending.delete(answer.id)) return;
      if (answer.type === 'done') request.resolve(answer.result);
      else request.reject(errorOf(answer.error));
    };
    request.consumed.then(settle, () => undefined);
  }

  return {
    get pid() {
      return child?.pid;
    },
    async request(request, { signal, onPart = () => undefined } = {}) {
      if (closed) throw wasClosed(name);
      if (signal?.aborted) throw cancelled(name);
      const process = await ensureChild();
      if (signal?.aborted) throw cancelled(name);
      const id = ++lastId;
      const answered = Promise.withResolvers<Result>();
      pending.set(id, { ...answered, onPart, consumed: Promise.resolve() });
      const cancel = () => {
        if (!pending.delete(id)) return;
        say(process, { type: 'cancel', id });
        answered.reject(cancelled(name));
      };
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        say(process, { type: 'request', id, request });
        return await answered.promise;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    async close() {
      closed = true;
      failAll(() => cancelled(name));
      const running = child;
      if (running === undefined) return;
      const ended = new Promise<void>((resolve) => running.once('close', () => resolve()));
      running.kill('SIGKILL');
      await ended;
    },
  };
}

/** Sends without failing: what a dead process does not get, its 'close' event answers. */
function say<Request>(process: ChildProcess, call: ServiceCall<Request>): void {
  if (process.connected) process.send(call, () => undefined);
}

function cancelled(name: string): FascicleError {
  return new FascicleError('cancelled', `${name} was told to stop.`);
}

function wasClosed(name: string): FascicleError {
  return new FascicleError('conflict', `${name} was closed with its project. Open the project again.`);
}

function died(name: string, wayOut: string, how: string, words: string): FascicleError {
  const lastWords = words.trim() === '' ? '' : ` Its last words: ${words.trim()}`;
  return new FascicleError(
    'internal',
    `${name} ended unexpectedly (${how}). Nothing was lost, and it starts again by itself. ${wayOut}${lastWords}`,
  );
}
