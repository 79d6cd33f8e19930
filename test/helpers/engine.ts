import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll } from 'vitest';

import { api } from '#contract/api.ts';
import { createClient } from '#contract/client.ts';
import type { Client } from '#contract/client.ts';
import type { Route } from '#contract/route.ts';
import { startEngineServer } from '#engine/http/startEngineServer.ts';
import type { EngineServer, EngineServerOptions } from '#engine/http/startEngineServer.ts';

/** The whole program's server in this process, with folders of its own. */
export interface TestEngine extends EngineServer {
  readonly client: Client;
}

/** Starts an engine that ends after the tests of the file. `folder` holds all that it writes. */
export async function startTestEngine(folder: string, options: EngineServerOptions = {}): Promise<TestEngine> {
  const at = (name: string) => join(folder, name);
  const directories = { data: at('data'), cache: at('cache'), logs: at('logs'), projects: at('projects') };
  const server = await startEngineServer({ directories, pageDirectory: makePage(folder), ...options });
  afterAll(() => server.close());
  return { ...server, client: createClient(server) };
}

/** A page with a file beside it that nobody must see. */
function makePage(folder: string): string {
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), SECRET);
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>Fascicle</title>');
  writeFileSync(join(folder, 'page', 'assets', 'index-1.js'), 'export {};');
  return join(folder, 'page');
}

/** What stands in the file beside the page. */
export const SECRET = 'nobody must see this';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  /** As it stands on the wire: nothing is normalised. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends a request that no browser would send: any path, any Host. */
export function sendRaw(port: number, { method = 'GET', path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, text: Buffer.concat(parts).toString('latin1') }),
      );
    });
    call.once('error', reject);
    call.end(body);
  });
}

/** All routes of the API with their names, 'projects.open'. */
export const ROUTES: readonly { readonly name: string; readonly route: Route }[] = Object.entries(api).flatMap(
  ([group, routes]) =>
    Object.entries(routes).map(([name, route]) => ({ name: `${group}.${name}`, route: route as Route })),
);
