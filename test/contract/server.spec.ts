import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createAdaptorServer } from '@hono/node-server';
import { afterAll, describe, expect, it } from 'vitest';

import { FascicleError } from '#domain/errors.ts';
import { createApp } from '#engine/http/app.ts';
import { createEventHub } from '#engine/http/eventHub.ts';
import type { Handlers } from '#engine/http/handlers.ts';
import { MAX_JSON_BYTES } from '#engine/http/requestBody.ts';

import { temporaryFolder } from '../helpers/folders.ts';

/** What the server does with handlers that are slow, endless or broken; the handlers are the test's own. */

const folder = temporaryFolder();
const logged: string[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (text: string, cause?: unknown) => void logged.push(`${text} ${String(cause)}`),
  close: async () => undefined,
};

/** A server whose named handlers are the test's own. */
async function serve(handlers: { readonly [Group in keyof Handlers]?: Partial<Handlers[Group]> }) {
  const ending = new AbortController();
  const events = createEventHub();
  let hosts = new Set<string>();
  const absent = new Proxy({}, { get: () => () => Promise.reject(new FascicleError('unsupported', 'Not here.')) });
  const app = createApp({
    handlers: new Proxy(handlers, { get: (all, group) => Reflect.get(all, group) ?? absent }) as Handlers,
    events,
    token: 'token',
    hosts: () => hosts,
    pageDirectory: folder,
    log,
    ending: ending.signal,
  });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  hosts = new Set([`127.0.0.1:${port}`]);
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { authorization: 'Bearer token', ...init.headers } });
  return { call, events, ending };
}

const PROJECT = 'a'.repeat(16);
const ASSIGNMENT = `/api/projects/${PROJECT}/assignment`;

/** A promise and what resolves it. */
function signal() {
  let fire!: () => void;
  const fired = new Promise<void>((resolve) => (fire = resolve));
  return { fire, fired };
}

describe('a request that is given up', () => {
  it('aborts the signal of its handler', async () => {
    const [begun, given] = [signal(), signal()];
    const { call } = await serve({
      system: {
        info: async ({ signal: wanted }) => {
          wanted.addEventListener('abort', given.fire);
          begun.fire();
          await given.fired;
          throw new FascicleError('cancelled', 'given up');
        },
      },
    });
    const controller = new AbortController();
    const answer = call('/api/system', { signal: controller.signal });
    await begun.fired;
    controller.abort();
    await expect(answer).rejects.toThrow();
    await given.fired;
  });

  it('is given up by the engine that ends, too', async () => {
    const begun = signal();
    const { call, ending } = await serve({
      system: {
        info: ({ signal: wanted }) =>
          new Promise((_, reject) => {
            wanted.addEventListener('abort', () => reject(new FascicleError('cancelled', 'The engine ends.')));
            begun.fire();
          }),
      },
    });
    const answer = call('/api/system');
    await begun.fired;
    ending.abort();
    expect((await answer).status).toBe(499);
  });
});

describe('a stream', () => {
  it('is made only as it is read, and cancelled when the reader leaves', async () => {
    const cancelled = signal();
    let made = 0;
    const { call } = await serve({
      segments: {
        assignment: () =>
          new ReadableStream<Uint8Array>(
            {
              pull: (controller) => {
                made++;
                controller.enqueue(new Uint8Array(2 ** 20));
              },
              cancel: cancelled.fire,
            },
            { highWaterMark: 0 },
          ),
      },
    });
    const controller = new AbortController();
    const answer = await call(ASSIGNMENT, { signal: controller.signal });
    await answer.body!.getReader().read();
    controller.abort();
    await cancelled.fired;
    // An endless stream to a reader that took one part: what the sockets hold, and no more.
    expect(made).toBeLessThan(64);
  });

  it('that fails in its middle is not mistaken for one that is complete', async () => {
    const { call } = await serve({
      segments: {
        assignment: () => {
          let parts = 0;
          return new ReadableStream<Uint8Array>({
            pull: (controller) =>
              ++parts < 4 ? controller.enqueue(new Uint8Array(65_536)) : controller.error(new Error('disk gone')),
          });
        },
      },
    });
    const read = async () => (await call(ASSIGNMENT)).arrayBuffer();
    await expect(read()).rejects.toThrow();
    expect(logged.at(-1)).toMatch(/the answer broke off.*disk gone/);
  });
});

describe('refusals', () => {
  it.each([
    ['not-found', 404],
    ['bad-file', 422],
    ['ambiguous', 422],
    ['bad-request', 400],
    ['unsupported', 422],
    ['conflict', 409],
    ['storage', 507],
    ['cancelled', 499],
  ] as const)('of the kind %s have the status %d and their words', async (kind, status) => {
    const { call } = await serve({
      system: {
        info: () => {
          throw new FascicleError(kind, 'In words.');
        },
      },
    });
    const answer = await call('/api/system');
    expect(answer.status).toBe(status);
    expect(await answer.json()).toEqual({ kind, message: 'In words.' });
  });

  it('of defects say no more than that they are one; the log has the rest', async () => {
    const { call } = await serve({
      system: {
        info: () => {
          throw new TypeError('secret of the inside');
        },
      },
    });
    const answer = await call('/api/system');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toMatch(/secret|\.ts/);
    expect(logged.at(-1)).toContain('secret of the inside');
  });

  it.each([
    ['what is not JSON', '{"theme":', /not JSON/],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe), /not JSON/],
    ['an unknown key', '{"colour":"red"}', /colour/],
    ['a value out of its range', '{"scale":9}', /scale/],
    ['nothing', '', /not JSON/],
    ['too much', ' '.repeat(MAX_JSON_BYTES + 1), /longer/],
  ])('name what is wrong with %s', async (_, body, message) => {
    const { call } = await serve({});
    const answer = await call('/api/preferences', { method: 'PUT', body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ kind: 'bad-request', message: expect.stringMatching(message) });
  });

  it('take no value twice, and no number that is none', async () => {
    const { call } = await serve({});
    const box = `/api/projects/${PROJECT}/layers/raw/levels/0/box?z=0&y=0&x=0&depth=1&rows=1`;
    for (const query of ['&columns=1&columns=2', '&columns=many', '&columns=0', '&columns=1.5', ''])
      expect((await call(`${box}${query}`)).status).toBe(400);
  });
});

describe('events', () => {
  it('are sent as they come, to every window', async () => {
    const { call, events } = await serve({});
    const windows = await Promise.all([call('/api/events'), call('/api/events')]);
    const readers = windows.map(({ body }) => body!.pipeThrough(new TextDecoderStream()).getReader());
    const until = async (reader: (typeof readers)[number], text: string) => {
      let read = '';
      while (!read.includes(text)) read += (await reader.read()).value;
      return read;
    };
    for (const reader of readers) await until(reader, '"reset"');
    events.publish({ type: 'projects' });
    for (const reader of readers)
      expect(await until(reader, '"projects"')).toContain('id: 1\ndata: {"type":"projects","revision":1}\n\n');
    events.close();
    for (const reader of readers) expect((await reader.read()).done).toBe(true);
  });

  it.each(['?since=x&engine=a', '?since=1', '?engine=a', '?since=-1&engine=a', '?other=1'])(
    'are refused for %s',
    async (query) => {
      const { call } = await serve({});
      expect((await call(`/api/events${query}`)).status).toBe(400);
    },
  );
});
