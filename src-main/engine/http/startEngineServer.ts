import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { createAdaptorServer } from '@hono/node-server';

import { FascicleError } from '#domain/errors.ts';
import { engineDirectories } from '#engine/user/directories.ts';
import type { EngineDirectories } from '#engine/user/directories.ts';
import { createFileLog } from '#engine/user/log.ts';
import { errorCode } from '#volumes/fileErrors.ts';

import { createApp } from './app.ts';
import { createEngine } from './createEngine.ts';
import type { Engine } from './createEngine.ts';
import { createHandlers } from './createHandlers.ts';
import { hostsFor, nameToShow } from './guard.ts';
import { createToken } from './token.ts';

export interface EngineServerOptions {
  /** What to listen on; loopback unless the user asked for more. */
  readonly host?: string;
  /** 0 for any free one. */
  readonly port?: number;
  /** Made anew when absent. A supervisor that restarts the engine gives the old one, so that windows find it again. */
  readonly token?: string;
  readonly directories?: EngineDirectories;
  /** The built page. */
  readonly pageDirectory?: string;
  /** See `createEngine`. */
  readonly quietMs?: number;
}

/** A running engine. */
export interface EngineServer {
  readonly engine: Engine;
  readonly port: number;
  readonly token: string;
  /** 'http://127.0.0.1:1234' */
  readonly baseUrl: string;
  /** What a browser opens: the token stands in the fragment, which no request carries and no log sees. */
  readonly address: string;
  /** Ends requests, jobs and child processes, and closes every project. */
  close(): Promise<void>;
}

export const PAGE_DIRECTORY = join(import.meta.dirname, '..', '..', '..', 'dist-renderer');

/**
 * Starts the engine and serves its API and its page.
 *
 * @throws FascicleError 'conflict' where the port is taken, 'bad-request' for a host that is none of this machine
 */
export async function startEngineServer(options: EngineServerOptions = {}): Promise<EngineServer> {
  const { host = '127.0.0.1', token = createToken(), directories = engineDirectories() } = options;
  const log = createFileLog(directories.logs);
  const engine = await createEngine({ directories, log, quietMs: options.quietMs });
  const ending = new AbortController();
  let hosts: ReadonlySet<string> = new Set();
  const app = createApp({
    handlers: createHandlers(engine),
    events: engine.events,
    token,
    hosts: () => hosts,
    pageDirectory: options.pageDirectory ?? PAGE_DIRECTORY,
    log,
    ending: ending.signal,
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    // An upload may take as long as it takes.
    serverOptions: { requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 60_000 },
  }) as Server;
  const port = await listen(server, host, options.port ?? 0).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  hosts = hostsFor(host, port);
  const baseUrl = `http://${nameToShow(host)}:${port}`;
  log.info(`The engine serves at ${baseUrl}, process ${process.pid}.`);
  let closing: Promise<void> | null = null;

  const close = async (): Promise<void> => {
    ending.abort();
    engine.events.close();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await engine.close();
    log.info('The engine has ended.');
    await log.close();
  };
  return { engine, port, token, baseUrl, address: `${baseUrl}/#token=${token}`, close: () => (closing ??= close()) };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw listenFailure(cause, host, port);
  }
  return (server.address() as AddressInfo).port;
}

function listenFailure(cause: unknown, host: string, port: number): unknown {
  switch (errorCode(cause)) {
    case 'EADDRINUSE':
      return new FascicleError('conflict', `Port ${port} is in use. Name another with --port, or leave it out.`, {
        cause,
      });
    case 'EACCES':
      return new FascicleError('bad-request', `Port ${port} needs rights that this user lacks. Name one above 1023.`, {
        cause,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new FascicleError('bad-request', `${host} is no address of this machine.`, { cause });
    default:
      return cause;
  }
}
