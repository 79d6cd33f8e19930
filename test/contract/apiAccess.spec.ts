import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { addressOf } from '#contract/client.ts';
import { EVENTS_PATH } from '#contract/events.ts';
import { errorSchema } from '#contract/values.ts';

import { apiExamples, exampleOf } from '../helpers/apiExamples.ts';
import { ROUTES, SECRET, sendRaw, startTestEngine } from '../helpers/engine.ts';
import type { RawRequest } from '../helpers/engine.ts';
import { temporaryFolder } from '../helpers/folders.ts';

/** Who may ask, over every route: nobody without the token, and no page of another origin with it. */

const folder = temporaryFolder();
const { port, token } = await startTestEngine(folder);
const bearer = { authorization: `Bearer ${token}` };
const examples = apiExamples({ project: 'a'.repeat(16), directory: folder, raw: '/nowhere.h5:/raw', empty: folder });

const requests: [string, RawRequest][] = ROUTES.map(({ name, route }) => {
  const example = exampleOf(examples, name);
  const path = addressOf(route, example);
  if (route.body === 'nothing') return [name, { method: route.method, path }];
  return [name, { method: route.method, path, body: JSON.stringify(example.body) }];
});
requests.push(['events', { path: EVENTS_PATH }], ['no route', { path: '/api/no/such/route' }]);

describe.each(requests)('%s', (_, request) => {
  const send = (headers: Record<string, string>) =>
    sendRaw(port, { ...request, headers: { 'content-type': 'application/json', ...headers } });
  const refusalOf = (text: string) => errorSchema.strict().parse(JSON.parse(text));

  it.each([
    ['no token', {}],
    ['another token', { authorization: `Bearer ${'x'.repeat(43)}` }],
    ['the token elsewhere', { authorization: `Basic ${token}`, cookie: `token=${token}`, 'x-token': token }],
  ])('refuses a request with %s', async (__, headers) => {
    const answer = await send(headers);
    expect(answer.status).toBe(401);
    expect(refusalOf(answer.text).kind).toBe('unauthorised');
  });

  it.each([
    ['another host', { host: 'fascicle.example.org' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['a name that ends like ours', { host: `localhost.example.org:${port}` }],
    ['another origin', { origin: 'https://example.org' }],
    ['the origin of another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['the origin of a file', { origin: 'null' }],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('refuses a request of %s, with the token', async (__, headers) => {
    const answer = await send({ ...bearer, ...headers });
    expect(answer.status).toBe(403);
    expect(refusalOf(answer.text).kind).toBe('forbidden');
  });
});

it('answers its own page, and programs that are no browsers', async () => {
  const own = { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' };
  for (const headers of [{}, own, { host: `localhost:${port}`, origin: `http://localhost:${port}` }])
    expect((await sendRaw(port, { path: '/api/preferences', headers: { ...bearer, ...headers } })).status).toBe(200);
});

describe('the page', () => {
  const get = (path: string, headers = {}) => sendRaw(port, { path, headers });

  it('is given without the token, which it brings itself, under our names alone', async () => {
    expect((await get('/')).text).toContain('<title>Fascicle</title>');
    expect((await get('/', { host: 'fascicle.example.org' })).status).toBe(403);
  });

  it('is cut off from other pages and runs nothing but its own files', async () => {
    const { headers } = await get('/');
    expect(headers['content-security-policy']).toMatch(/^default-src 'self'; script-src 'self';/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
  });

  it('has files that a browser keeps, since their names change with their content', async () => {
    const { headers } = await get('/assets/index-1.js');
    expect(headers['cache-control']).toContain('immutable');
    expect(headers['content-type']).toContain('javascript');
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    `/${encodeURIComponent(folder)}/secret.txt`,
    '/assets/index-1.js%00.txt',
    '/secret.txt',
    '/assets',
    '/assets/',
    '/constructor',
    '/__proto__',
  ])('gives no file for %s', async (path) => {
    const answer = await get(path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain(SECRET);
  });
});

it.each([
  '/api/projects/../../etc/passwd',
  '/api/projects/%2e%2e%2f%2e%2e/assignment',
  `/api/projects/${encodeURIComponent(folder)}`,
  `/api/projects/${'b'.repeat(16)}`,
  `/api/projects/${'b'.repeat(16)}/assignment`,
  `/api/projects/${'b'.repeat(16)}/layers/raw/levels/0/box?z=0&y=0&x=0&depth=1&rows=1&columns=1`,
  `/api/projects/${'b'.repeat(16)}/layers/..%2f..%2fproject.sqlite/levels/0/slices/xy/0?column=0&row=0&columns=1&rows=1`,
  `/api/projects/${'b'.repeat(16)}/thumbnail`,
  '/api/jobs/..%2f..%2fetc',
])('has nothing at %s', async (path) => {
  const answer = await sendRaw(port, { path, headers: bearer });
  expect(answer.status).toBe(404);
  expect(answer.headers['cache-control'] ?? '').not.toContain('max-age');
});

it.each(['/%61pi/preferences', '/x/../api/preferences', '//api/preferences', '/api//preferences', '/API/preferences'])(
  'gives nothing at %s without the token',
  async (path) => {
    const answer = await sendRaw(port, { path });
    expect([400, 401, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('theme');
  },
);

it('never writes the token into its log', async () => {
  await sendRaw(port, { path: '/api/no/such/route', headers: bearer });
  await sendRaw(port, { path: '/api/preferences', headers: { authorization: `Bearer ${token}x` } });
  expect(await readFile(`${folder}/logs/engine.log`, 'utf8')).not.toContain(token);
});
