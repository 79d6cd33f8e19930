import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { addressOf } from '#contract/client.ts';
import { errorSchema } from '#contract/values.ts';

import { apiExamples, exampleOf } from '../helpers/apiExamples.ts';
import { ROUTES, sendRaw, startTestEngine } from '../helpers/engine.ts';
import { jsonHere } from '../helpers/fascicle.ts';
import { temporaryFolder } from '../helpers/folders.ts';

/** Spoilt requests to every route: each is refused in words or answered, none is a defect, and none ends the engine. */

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const { port, token, client } = await startTestEngine(folder);
let project: string;

beforeAll(async () => {
  mkdirSync(at('empty'));
  const volume = at('phantom.h5');
  await jsonHere('phantom', volume, '--shape', '16,40,48', '--seed', '1', '--affinities', '--threads', '1');
  await jsonHere('segment', `${volume}:/raw`, '--affinities', `${volume}:/affinities`, '--project', at('cells'));
  project = (await client.projects.open({ body: { directory: at('cells') } })).id;
});

/** Values that are at the edge of what numbers, texts and paths can be. None names a place outside the test's folder that exists. */
const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    ' ',
    0,
    -1,
    0.5,
    1e9,
    2 ** 31,
    2 ** 53,
    -(2 ** 53),
    1e308,
    [],
    {},
    [[]],
    [null],
  ),
  fc.constantFrom('NaN', 'Infinity', '0x10', '1e3', '-0', '١', 'null', 'undefined', '__proto__', 'constructor'),
  fc.constantFrom(
    '..',
    '../..',
    '../../secret.txt',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\u202e',
    '%00',
    '%2e%2e',
    'C:\\',
    'x'.repeat(5000),
  ),
  fc.constantFrom(
    ...[folder, at('nowhere'), at('empty'), at('secret.txt'), `${at('phantom.h5')}:/nothing`, `${folder}:/`],
  ),
  fc.integer(),
  fc.double(),
  fc.string({ maxLength: 20 }).filter((text) => !text.startsWith('/')),
);

type Spoil = (value: unknown) => unknown;

/** Changes one part of a request: a value, a missing key, or one too many. */
const spoil: fc.Arbitrary<Spoil> = fc
  .record({ how: fc.constantFrom('replace', 'remove', 'add', 'whole'), where: fc.nat(), value: nasty })
  .map(({ how, where, value }) => (request) => {
    if (how === 'whole' || typeof request !== 'object' || request === null) return value;
    const keys = Object.keys(request);
    if (how === 'add' || keys.length === 0) return { ...request, unheardOf: value };
    const key = keys[where % keys.length];
    const { [key]: old, ...others } = request as Record<string, unknown>;
    if (how === 'remove') return others;
    // Half of the time something inside of what is inside.
    const inner = typeof old === 'object' && old !== null && !Array.isArray(old) && where % 2 === 0;
    return { ...others, [key]: inner ? { ...old, [Object.keys(old)[0]]: value } : value };
  });

const unspoilt: fc.Arbitrary<Spoil> = fc.constant((value: unknown) => value);
const maybe = fc.oneof({ weight: 1, arbitrary: unspoilt }, { weight: 1, arbitrary: spoil });
const bytes = fc.uint8Array({ maxLength: 200 });

/** Long work and the end of the project come after everything else, and only with a request that was spoilt. */
const ENDS_IT = new Set(['projects.close', 'projects.forget', 'projects.discard', 'projects.sample']);

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };

describe.each(ROUTES.filter(({ name }) => !ENDS_IT.has(name)))('$name', ({ name, route }) => {
  it('refuses or answers whatever it is sent', async () => {
    const examples = apiExamples({
      project,
      directory: at('cells'),
      raw: `${at('phantom.h5')}:/raw`,
      empty: at('empty'),
    });
    const example = exampleOf(examples, name);
    // A good request to these begins work that takes longer than a test should.
    const isCostly = ['projects.create', 'projects.estimate'].includes(name);
    await fc.assert(
      fc.asyncProperty(
        maybe,
        maybe,
        isCostly ? spoil : maybe,
        bytes,
        fc.boolean(),
        async (params, query, body, raw, isRaw) => {
          const path = addressOf(route, {
            params: { ...example.params, ...asRecord(params(example.params)) },
            query: Object.fromEntries(
              Object.entries(asRecord(query(example.query))).map(([key, value]) => [
                key,
                typeof value === 'object' ? JSON.stringify(value) : value,
              ]),
            ),
          });
          const json = JSON.stringify(body(example.body)) ?? '';
          const isBytes = route.body === 'bytes' || (isRaw && !isCostly);
          const answer = await sendRaw(port, {
            method: route.method,
            path,
            headers: { authorization: `Bearer ${token}` },
            ...(route.body === 'nothing' ? {} : { body: isBytes ? raw : json }),
          });
          // 507 is a refusal of the disk, as for a folder whose name is a file.
          expect(answer.status, `${path} ${json} ${answer.text.slice(0, 200)}`).not.toBe(500);
          if (answer.status >= 400)
            errorSchema.strict().parse(JSON.parse(Buffer.from(answer.text, 'latin1').toString()));
        },
      ),
      { seed: 20261121, numRuns: 60 },
    );
  });
});

it('is as it was after all that', async () => {
  expect(await client.projects.get({ params: { project } })).toMatchObject({ id: project, readOnly: false });
  // Requests that happen to be good start exports, comparisons and the making of views, which leave the project as it is.
  expect((await client.jobs.list()).filter(({ kind }) => kind === 'segment' || kind === 'graph')).toHaveLength(1);
});
