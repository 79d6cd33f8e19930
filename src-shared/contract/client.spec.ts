import { expect, it } from 'vitest';

import { ApiError, createClient } from './client.ts';

function recorder(answer: () => Response) {
  const calls: { url: string; init: RequestInit }[] = [];
  const fetch = (url: string, init: RequestInit) => {
    calls.push({ url, init });
    return Promise.resolve(answer());
  };
  return { calls, client: createClient({ baseUrl: 'http://x', token: 't', fetch: fetch as typeof globalThis.fetch }) };
}

it('fills in path and query, and sends the token in a header, never in the address', async () => {
  const { calls, client } = recorder(() => new Response(Uint8Array.of(7)));
  const bytes = await client.voxels.slice({
    params: { project: 'abcdefgh', layer: 'raw', level: 1, plane: 'xy', position: 3 },
    query: { column: 0, row: 0, columns: 8, rows: 4 },
  });
  expect(bytes).toEqual(Uint8Array.of(7));
  expect(calls[0]!.url).toBe(
    'http://x/api/projects/abcdefgh/layers/raw/levels/1/slices/xy/3?column=0&row=0&columns=8&rows=4',
  );
  expect(new Headers(calls[0]!.init.headers).get('authorization')).toBe('Bearer t');
});

it('raises the refusal of the engine with its kind and words', async () => {
  const { client } = recorder(() => Response.json({ kind: 'not-found', message: 'No such project.' }, { status: 404 }));
  await expect(client.projects.get({ params: { project: 'abcdefgh' } })).rejects.toEqual(
    new ApiError('not-found', 'No such project.', 404),
  );
});

it('says that the engine is unreachable where there is no answer', async () => {
  const client = createClient({ baseUrl: '', token: '', fetch: () => Promise.reject(new TypeError('refused')) });
  await expect(client.projects.recent()).rejects.toMatchObject({ kind: 'unreachable' });
});

it('says that page and engine are of different versions, and keeps what differs for the log', async () => {
  const { client } = recorder(() => Response.json({ projects: 'none' }));
  await expect(client.projects.recent()).rejects.toMatchObject({
    kind: 'internal',
    message: expect.stringContaining('Load the page again') as string,
    cause: { name: 'ZodError' },
  });
});
