import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';

import { createClient } from '../../../src-shared/contract/client.ts';
import type { Client } from '../../../src-shared/contract/client.ts';
import { REPOSITORY } from '../../helpers/folders.ts';

import { buildPage } from './engine.ts';

/** The engine as a process of its own, as Electron's shell runs it: it can be killed and comes back at the same address. */
export interface SupervisedEngine {
  readonly address: string;
  readonly client: Client;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again with the same port and token. */
  restart(): Promise<void>;
}

export async function startSupervisedEngine(folder: string): Promise<SupervisedEngine> {
  buildPage();
  const token = randomBytes(32).toString('hex');
  let child: ChildProcess;
  let port = 0;
  let address = '';

  async function start(): Promise<void> {
    child = fork(join(REPOSITORY, 'src-main', 'engine', 'main.ts'), [], {
      env: { ...process.env, FASCICLE_HOME: folder, FASCICLE_LOGS: join(folder, 'logs') },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.send({ type: 'start', port, token });
    const [ready] = (await once(child, 'message')) as [{ port: number; address: string }];
    ({ port, address } = ready);
  }

  await start();
  const client = createClient({ baseUrl: new URL(address).origin, token });
  await client.system.setPreferences({ body: { tourSeen: true } });
  return {
    address,
    client,
    restart: start,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
