import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { decodeAssignment } from '#contract/assignmentTable.ts';
import { addressOf } from '#contract/client.ts';
import type { ApiError } from '#contract/client.ts';
import { decodeSupervoxels } from '#contract/supervoxelBytes.ts';
import { errorSchema } from '#contract/values.ts';
import { decodeVoxelBlock } from '#contract/voxelBlock.ts';

import { apiExamples, exampleOf } from '../helpers/apiExamples.ts';
import { ROUTES, startTestEngine } from '../helpers/engine.ts';
import { jsonHere } from '../helpers/fascicle.ts';
import { temporaryFolder } from '../helpers/folders.ts';

/** The whole way from the typed client to a project on disk and back, for every route. */

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const { client, baseUrl, token } = await startTestEngine(folder);
const SHAPE = [24, 70, 80];
let project: string;

beforeAll(async () => {
  mkdirSync(at('elsewhere'));
  const volume = at('phantom.h5');
  await jsonHere('phantom', volume, '--shape', SHAPE.join(','), '--seed', '1', '--affinities', '--threads', '1');
  await jsonHere('segment', `${volume}:/raw`, '--affinities', `${volume}:/affinities`, '--project', at('cells'));
  project = (await client.projects.open({ body: { directory: at('cells') } })).id;
});

describe('every route', () => {
  // What ends the project or starts long work has tests of its own.
  const SKIPPED = new Set(['close', 'forget', 'discard', 'create', 'sample'].map((name) => `projects.${name}`));
  /** Whether these make sense hangs on the state of the project: they may be refused, in words. */
  const BY_STATE = new Set([
    ...['cancel', 'pause', 'resume'].map((name) => `jobs.${name}`),
    ...['propose', 'commit', 'undo', 'redo', 'goTo', 'revert'].map((name) => `edits.${name}`),
    'review.answer',
  ]);
  const tested = ROUTES.filter(({ name }) => !SKIPPED.has(name));

  it.each(tested)(
    '$name answers a good request by its schema, and with nothing that is not in it',
    async ({ name, route }) => {
      const examples = apiExamples({
        project,
        directory: at('cells'),
        raw: `${at('phantom.h5')}:/raw`,
        empty: at('new'),
      });
      const example = exampleOf(examples, name);
      const isJson = route.body !== 'nothing' && route.body !== 'bytes';
      const answer = await fetch(`${baseUrl}${addressOf(route, example)}`, {
        method: route.method,
        headers: { authorization: `Bearer ${token}` },
        ...(route.body === 'nothing'
          ? {}
          : { body: isJson ? JSON.stringify(example.body) : (example.body as Uint8Array<ArrayBuffer>) }),
      });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      if (BY_STATE.has(name) && [400, 404, 409].includes(answer.status)) {
        expect(errorSchema.strict().safeParse(await answer.json()).success).toBe(true);
        return;
      }
      if (route.response === 'nothing') return expect(answer.status).toBe(204);
      expect(answer.status, await answer.clone().text()).toBe(200);
      if (route.response === 'bytes') return expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
      const body: unknown = await answer.json();
      expect(route.response.parse(body)).toEqual(body);
    },
  );
});

describe('a project', () => {
  it('is described with its layers and its segmentation', async () => {
    expect(await client.projects.get({ params: { project } })).toMatchObject({
      name: 'cells',
      directory: at('cells'),
      readOnly: false,
      shape: SHAPE,
      voxelSizeNm: [30, 6, 6],
      source: { found: true, path: `${at('phantom.h5')}:/raw` },
      segmentation: { supervoxels: expect.any(Number), threshold: 0.5 },
      revision: expect.any(Number),
    });
  });

  it('gives voxels, tables and a picture', async () => {
    const slice = await client.voxels.slice({
      params: { project, layer: 'raw', level: 0, plane: 'xy', position: 5 },
      query: { column: 10, row: 20, columns: 30, rows: 40 },
    });
    expect(decodeVoxelBlock(slice)).toMatchObject({ depth: 1, rows: 40, columns: 30, type: 'uint8' });
    const { segmentation } = await client.projects.get({ params: { project } });
    const { assignment } = decodeAssignment(await client.segments.assignment({ params: { project } }));
    expect(assignment).toHaveLength(segmentation!.supervoxels + 1);
    expect(new Set(assignment.subarray(1)).size).toBe(segmentation!.segments);
    const { count, sizes } = decodeSupervoxels(await client.segments.supervoxels({ params: { project } }));
    expect(count).toBe(segmentation!.supervoxels);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(24 * 70 * 80);
    const png = await client.projects.thumbnail({ params: { project } });
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  });

  it('is the same one for every window that opens its folder, whatever the path', async () => {
    const opened = await Promise.all(
      [at('cells'), `${at('elsewhere')}/../cells`, `${at('cells')}/`].map((directory) =>
        client.projects.open({ body: { directory } }),
      ),
    );
    expect(new Set(opened.map(({ id }) => id))).toEqual(new Set([project]));
  });

  it('is listed with its state, open or closed, until it is forgotten', async () => {
    const isWorking = async () => (await client.jobs.list()).some(({ state }) => ['queued', 'running'].includes(state));
    await expect.poll(isWorking, { timeout: 20_000 }).toBe(false);
    const [first] = await client.projects.recent();
    expect(first).toMatchObject({ id: project, name: 'cells', status: 'ready', hasThumbnail: true });
    await client.projects.close({ params: { project } });
    await expect(client.projects.get({ params: { project } })).rejects.toMatchObject({ kind: 'not-found' });
    expect((await client.projects.recent())[0]).toMatchObject({ id: project, status: 'ready', hasThumbnail: true });
    expect((await client.projects.thumbnail({ params: { project } })).byteLength).toBeGreaterThan(100);
    await client.projects.forget({ params: { project } });
    expect(await client.projects.recent()).toEqual([]);
    expect((await client.projects.open({ body: { directory: at('cells') } })).id).toBe(project);
  });
});

describe('a folder that cannot be opened', () => {
  const open = (directory: string) => client.projects.open({ body: { directory } });

  it.each([
    ['is not there', () => at('nowhere'), 'not-found'],
    ['holds no project', () => at('elsewhere'), 'not-found'],
    ['is not named in full', () => 'cells', 'bad-request'],
    ['has a name that no file can have', () => `${at('cells')}\u0000`, 'bad-request'],
  ])('because it %s is refused, and nothing is made', async (_, directory, kind) => {
    await expect(open(directory())).rejects.toMatchObject({ kind });
  });

  it('because another engine has it says so, and can be opened for reading', async () => {
    const other = await startTestEngine(at('other'));
    const refused = await other.client.projects
      .open({ body: { directory: at('cells') } })
      .then(() => null)
      .catch((error: unknown) => error as ApiError);
    expect(refused).toMatchObject({
      kind: 'conflict',
      message: expect.stringMatching(/another Fascicle.*reading only/),
    });
    const opened = await other.client.projects.open({ body: { directory: at('cells'), readOnly: true } });
    expect(opened).toMatchObject({ id: project, readOnly: true });
    await other.close();
  });
});

it('preferences keep what a change does not name', async () => {
  await client.system.setPreferences({ body: { theme: 'light', scale: 1.5 } });
  expect(await client.system.setPreferences({ body: { theme: 'dark' } })).toMatchObject({ theme: 'dark', scale: 1.5 });
});

it('an upload lies beside the projects and can be described', async () => {
  const { path, sizeBytes } = await client.system.upload({
    query: { name: 'small.nrrd' },
    body: 'NRRD0004\ntype: uint8\ndimension: 3\nsizes: 2 2 2\nencoding: raw\n\n12345678',
  });
  expect(path).toBe(at('projects/uploads/small.nrrd'));
  expect(sizeBytes).toBe(70);
  expect(await client.volumes.describe({ query: { path } })).toMatchObject({ format: 'nrrd' });
});
