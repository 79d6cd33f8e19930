import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { FascicleError } from '#domain/errors.ts';

/** An engine in a process of its own. */
export interface ServerProcess {
  readonly baseUrl: string;
  readonly token: string;
  readonly pid: number;
  close(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'bin', 'fascicle.js');

/**
 * Starts `fascicle serve` with a folder of its own for preferences and logs, so that what is measured does not depend on the user's.
 *
 * @throws FascicleError 'internal' where it ends before it listens, with its last words
 */
export async function startServer(signal?: AbortSignal): Promise<ServerProcess> {
  const home = await mkdtemp(join(tmpdir(), 'fascicle-bench-'));
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--no-open'], {
    env: { ...process.env, FASCICLE_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4096)));
  // An abort is reported by whoever asked for it.
  child.on('error', () => undefined);
  const ended = once(child, 'close');
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => null)]);
  if (line === null) throw new FascicleError('internal', `The engine ended before it listened: ${words.trim()}`);
  const address = new URL(String(line[0]));
  return {
    baseUrl: address.origin,
    token: new URLSearchParams(address.hash.slice(1)).get('token') ?? '',
    pid: child.pid!,
    async close() {
      child.kill('SIGTERM');
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}
