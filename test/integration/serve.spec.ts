import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { createClient } from '#contract/client.ts';
import type { EngineEvent } from '#contract/events.ts';
import { followEvents } from '#renderer/engine/eventStream.ts';

import { jsonHere, processesOfGroup, start, PROGRAM } from '../helpers/fascicle.ts';
import type { Running } from '../helpers/fascicle.ts';
import { startTestEngine } from '../helpers/engine.ts';
import { REPOSITORY, temporaryFolder } from '../helpers/folders.ts';

/** The engine as programs start it: `fascicle serve` and the process that the desktop window supervises. */

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const home = { FASCICLE_HOME: at('home') };
const ended: (() => void)[] = [];
afterEach(() => ended.splice(0).forEach((end) => end()));

/** Starts `fascicle serve` and waits for the first line of its output. */
async function serve(...args: string[]): Promise<{ program: Running; address: URL }> {
  const program = start([...PROGRAM, 'serve', '--no-open', ...args], home);
  ended.push(() => {
    if (processesOfGroup(program.pid).length > 0) program.signalAll('SIGKILL');
  });
  const line = await Promise.race([
    program.firstLine,
    program.outcome.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ]);
  return { program, address: new URL(line) };
}

const tokenOf = (address: URL) => new URLSearchParams(address.hash.slice(1)).get('token')!;
const clientOf = (address: URL) => createClient({ baseUrl: address.origin, token: tokenOf(address) });

describe('fascicle serve', () => {
  it('says its address first, opens the project, and ends with nothing left behind', async () => {
    await jsonHere('phantom', at('a.h5'), '--shape', '16,40,48', '--seed', '1', '--affinities', '--threads', '1');
    await jsonHere(
      'segment',
      `${at('a.h5')}:/raw`,
      '--affinities',
      `${at('a.h5')}:/affinities`,
      '--project',
      at('cells'),
    );
    const { program, address } = await serve(at('cells'));
    expect(address.hostname).toBe('127.0.0.1');
    const client = clientOf(address);
    const [recent] = await client.projects.recent();
    expect(recent).toMatchObject({ name: 'cells', status: 'ready' });
    expect(new URLSearchParams(address.hash.slice(1)).get('project')).toBe(recent.id);
    // Starts a compute process, which must end too.
    const { id } = await client.projects.open({ body: { directory: at('cells') } });
    await client.segments.meshes({ params: { project: id }, query: { level: 0 }, body: Uint32Array.of(1) });
    program.signalAll('SIGINT');
    const { code, stdout } = await program.outcome;
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(processesOfGroup(program.pid)).toEqual([]);
    // The lock is free again.
    await expect(jsonHere('hash', at('cells'))).resolves.toBeTruthy();
  });

  it('refuses a port that is taken, and a folder that is no project, with a way out', async () => {
    const { program, address } = await serve();
    await expect(serve('--port', address.port)).rejects.toThrow(/Port \d+ is in use.*--port/);
    await expect(serve(at('nowhere'))).rejects.toThrow(/no folder/);
    program.signalAll('SIGTERM');
    expect((await program.outcome).code).toBe(0);
  });

  it('has another token each time', async () => {
    const runs = await Promise.all([serve(), serve()]);
    expect(runs[0].address.hash).not.toBe(runs[1].address.hash);
    await expect(
      createClient({ baseUrl: runs[0].address.origin, token: tokenOf(runs[1].address) }).system.preferences(),
    ).rejects.toMatchObject({ kind: 'unauthorised' });
  });
});

describe('the supervised engine', () => {
  /** Starts the engine's process as the desktop shell does. */
  async function supervise(message: { port: number; token: string }) {
    const child: ChildProcess = fork(join(REPOSITORY, 'src-main/engine/main.ts'), [], {
      env: { ...process.env, ...home, NODE_OPTIONS: '' },
      execArgv: [],
      stdio: 'inherit',
    });
    ended.push(() => void child.kill('SIGKILL'));
    child.send({ type: 'start', ...message });
    const [ready] = (await once(child, 'message')) as [{ type: string; port: number; address: string }];
    return { child, ready };
  }

  it('comes back at the same address after it was killed', async () => {
    const token = 'x'.repeat(64);
    const first = await supervise({ port: 0, token });
    expect(first.ready).toMatchObject({
      type: 'ready',
      address: `http://127.0.0.1:${first.ready.port}/#token=${token}`,
    });
    const client = createClient({ baseUrl: new URL(first.ready.address).origin, token });
    await client.system.preferences();
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await expect(client.system.preferences()).rejects.toMatchObject({ kind: 'unreachable' });
    const second = await supervise({ port: first.ready.port, token });
    expect(second.ready).toEqual(first.ready);
    expect(await client.system.preferences()).toMatchObject({ theme: 'system' });
  });

  it('ends when its parent does', async () => {
    const { child } = await supervise({ port: 0, token: 'token' });
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

it('a window that follows events finds an engine that was started again, and reads everything anew', async () => {
  const first = await startTestEngine(at('first'));
  const { port, token } = first;
  const seen: EngineEvent[] = [];
  const waiting = new Set<() => void>();
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!condition()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const stop = followEvents({
    client: createClient({ baseUrl: first.baseUrl, token }),
    onEvent: (event) => {
      seen.push(event);
      for (const look of waiting) look();
    },
    onState: () => undefined,
    wait: () => new Promise((resolve) => setImmediate(resolve)),
  });
  ended.push(stop);
  const resets = () => seen.filter(({ type }) => type === 'reset');
  await until(() => resets().length === 1);
  await first.client.system.setPreferences({ body: { theme: 'dark' } });
  await until(() => seen.some(({ type }) => type === 'preferences'));
  await first.close();
  await startTestEngine(at('first'), { port, token });
  await until(() => resets().length === 2);
  expect(new Set(resets().map((event) => event.type === 'reset' && event.engine)).size).toBe(2);
});
