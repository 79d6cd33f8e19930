import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { ExportRequest } from '#contract/routes/exports.ts';
import type { Job } from '#contract/routes/jobs.ts';
import { FascicleError } from '#domain/errors.ts';
import type { DerivedData, MakeDerivedData } from '#engine/jobs/manager/derivedData.ts';
import { createJobManager } from '#engine/jobs/manager/jobManager.ts';
import { openSpeeds } from '#engine/jobs/manager/speeds.ts';
import { endJob, recordJob } from '#engine/project/jobs.ts';
import { projectPaths } from '#engine/project/paths.ts';
import { wishForTruth } from '#engine/metrics/wishedTruth.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { copyProject } from '#engine/replay/copyProject.ts';

import { startTestEngine } from '../helpers/engine.ts';
import { temporaryFolder } from '../helpers/folders.ts';
import { makePhantomProject } from '../helpers/phantomProject.ts';

/** A project that the command line made gets what one made in the window has: a raw pyramid and meshes. */

const folder = temporaryFolder();
let made: string;
beforeAll(async () => void ({ project: made } = await makePhantomProject(folder, 'made', { shape: '16,70,80' })));

const opened: Project[] = [];
afterEach(() => opened.splice(0).forEach((project) => project.close()));

/** A copy of the project that was made, and a manager that has it open. */
async function managerOf(name: string, derived: DerivedData, { readOnly = false } = {}) {
  const directory = existsSync(join(folder, name)) ? join(folder, name) : await copyProject(made, join(folder, name));
  const project = await openProject(directory, { readOnly });
  opened.push(project);
  const open = { id: 'p1', project } as never;
  const states: string[] = [];
  const errors: string[] = [];
  const manager = createJobManager({
    projects: { list: () => [open], get: () => open, changed: async () => undefined },
    events: {
      publish: (event) => void (event.type === 'job' && states.push(`${event.job.kind} ${event.job.state}`)),
    },
    preferences: { read: async () => ({}) as never },
    speeds: await openSpeeds(join(folder, 'data'), () => undefined),
    derived,
    log: {
      info() {},
      warn() {},
      error: (what, error) => void errors.push(`${what}: ${String(error)}`),
      close: async () => undefined,
    },
  });
  const ended = (id: string): Promise<Job> =>
    vi.waitFor(() => {
      const job = manager.get(id);
      expect(job.endedAt).not.toBeNull();
      return job;
    }, 30_000);
  return { manager, project, states, errors, ended };
}

/** Work that goes on until it is stopped, the first so many times; then it is done at once. */
function endless(times: number): MakeDerivedData {
  return async (_, { signal }) => {
    if (times-- <= 0) return;
    await new Promise((_, reject) => {
      const stop = () => reject(new FascicleError('cancelled', 'It was cancelled.'));
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
  };
}

const nothing: MakeDerivedData = async () => undefined;
const derived = (readVolume: MakeDerivedData): DerivedData => ({
  readVolume,
  makeCoarser: nothing,
  makeMeshes: nothing,
});

describe('what windows need of a project from the command line', () => {
  it('is made by a job when somebody looks at it, and once', async () => {
    const { client, engine } = await startTestEngine(join(folder, 'engine'), { quietMs: 0 });
    const directory = await copyProject(made, join(folder, 'looked'));
    const { id } = await client.projects.open({ body: { directory } });
    const ownJobs = async () => (await client.jobs.list()).filter(({ kind }) => kind === 'pyramid');
    const look = () =>
      client.voxels.slice({
        params: { project: id, layer: 'raw', level: 0, plane: 'xy', position: 5 },
        query: { row: 0, column: 0, rows: 70, columns: 80 },
      });
    expect(await ownJobs()).toEqual([]);
    await look();
    const job = await vi.waitFor(async () => {
      const [found] = await ownJobs();
      expect(found?.state).toBe('done');
      return found!;
    }, 60_000);
    expect(job).toMatchObject({
      title: 'Prepare the views',
      fraction: 1,
      error: null,
      detail: expect.stringMatching(/80 × 70 × 16/),
    });
    expect(job.stages.map(({ title, state }) => [title, state])).toEqual([
      ['Read the volume', 'done'],
      ['Coarser levels', 'done'],
      ['Meshes', 'done'],
    ]);
    expect(existsSync(projectPaths(directory).raw)).toBe(true);
    expect((await client.projects.recent()).find((project) => project.id === id)?.status).toBe('ready');
    await look();
    expect(await engine.jobs.prepare(id)).toBeNull();
    expect(await ownJobs()).toHaveLength(1);
  });

  it('is not made where the project is open for reading only', async () => {
    const { manager, project } = await managerOf('read-only', derived(nothing), { readOnly: true });
    expect(await manager.prepare('p1')).toBeNull();
    expect(existsSync(project.paths.raw)).toBe(false);
  });

  it('is not made against the will of the user who cancelled it, who may take it up again', async () => {
    const { manager, ended } = await managerOf('cancelled', derived(endless(1)));
    const job = (await manager.prepare('p1'))!;
    expect(job).toMatchObject({ kind: 'pyramid', state: 'running' });
    expect(await manager.cancel(job.id)).toMatchObject({ state: 'cancelled', error: null });
    expect(await manager.prepare('p1')).toBeNull();
    await manager.resume(job.id);
    expect(await ended(job.id)).toMatchObject({ state: 'done' });
  });

  it('goes on where the project was closed meanwhile', async () => {
    const first = await managerOf('closed', derived(endless(1)));
    const { id } = (await first.manager.prepare('p1'))!;
    await first.manager.pauseProject('p1');
    opened.splice(0).forEach((project) => project.close());
    const { manager, ended } = await managerOf('closed', derived(nothing));
    expect(manager.get(id)).toMatchObject({ state: 'paused', title: 'Prepare the views' });
    expect(await manager.prepare('p1')).toMatchObject({ id });
    expect(await ended(id)).toMatchObject({ state: 'done' });
  });

  it('gives way to a job that somebody asked for, and goes on after it', async () => {
    const { manager, states, ended } = await managerOf('gives-way', derived(endless(1)));
    const { id } = (await manager.prepare('p1'))!;
    const out = join(folder, 'out');
    mkdirSync(out);
    const request: ExportRequest = {
      ...{ region: null, labels: null, meshes: null, meshLevel: null, manifest: null, overwrite: false },
      tables: join(out, 'tables'),
    };
    const { id: exported } = await manager.startExport('p1', request);
    await ended(exported);
    expect(await ended(id)).toMatchObject({ state: 'done' });
    const course = states.filter((state, index) => state !== states[index - 1]);
    expect(course).toEqual([
      ...['pyramid queued', 'pyramid running', 'pyramid paused'],
      ...['export queued', 'export running', expect.stringMatching(/^export (done|failed)$/)],
      ...['pyramid queued', 'pyramid running', 'pyramid done'],
    ]);
  });

  it('fails with its reason, and is then left to the user', async () => {
    const broken: MakeDerivedData = async () => {
      throw new FascicleError('storage', 'The disk is full.');
    };
    const { manager, ended } = await managerOf('broken', derived(broken));
    const { id } = (await manager.prepare('p1'))!;
    expect(await ended(id)).toMatchObject({
      state: 'failed',
      error: { kind: 'storage', message: 'The disk is full.' },
    });
    expect(await manager.prepare('p1')).toBeNull();
  });

  it('is made whatever became of a comparison with ground truth', async () => {
    const { manager, project, ended } = await managerOf('compared', derived(nothing));
    const { database } = project;
    const truth = recordJob(database, 'truth', {}, new Date());
    endJob(database, truth, 'failed', { kind: 'not-found', message: 'It was moved.' });
    const job = await manager.prepare('p1');
    expect(await ended(job!.id)).toMatchObject({ state: 'done' });
  });

  it('is made though what comes after it cannot be written down', async () => {
    const { manager, project, errors, ended } = await managerOf('refusing', derived(nothing));
    wishForTruth(project, '/labels.h5');
    project.database.exec(
      `CREATE TEMP TRIGGER full BEFORE UPDATE ON main.settings WHEN NEW.key = 'wishedTruth'
       BEGIN SELECT RAISE(ABORT, 'no room'); END`,
    );
    const { id } = (await manager.prepare('p1'))!;
    expect(await ended(id)).toMatchObject({ state: 'done' });
    await vi.waitFor(() => expect(errors).toEqual([expect.stringMatching(/ground truth.*no room/)]), 30_000);
  });
});
