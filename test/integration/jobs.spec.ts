import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import type { Job } from '#contract/routes/jobs.ts';
import { createJobManager } from '#engine/jobs/manager/jobManager.ts';
import { openSpeeds } from '#engine/jobs/manager/speeds.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import { createOrOpenProject, openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import type { SegmentationRequest } from '#engine/segmentation/request.ts';

import { jsonHere } from '../helpers/fascicle.ts';
import { REPOSITORY, SAMPLE, temporaryFolder } from '../helpers/folders.ts';

/** Jobs on a piece of the sample, with a small network of random weights: what they find is nonsense, and always the same. */

const folder = temporaryFolder();
const MODEL = join(REPOSITORY, 'test', 'fixtures', 'models', 'unet');
const REGION = { min: [0, 0, 0], max: [24, 130, 150] } as const;
const VOXEL_SIZE = [30, 12, 12] as const;

const request: SegmentationRequest = {
  raw: `${SAMPLE}:/raw`,
  axes: null,
  voxelSizeNm: VOXEL_SIZE,
  region: REGION,
  method: { kind: 'network', model: MODEL, provider: 'cpu', threshold: null, minSize: null },
};

/** What an engine has of open projects and windows, as far as jobs see it. */
async function engine(...projects: { id: string; project: Project }[]) {
  const seen: Job[] = [];
  const watchers = new Set<() => void>();
  const manager = createJobManager({
    projects: {
      list: () => projects as never,
      get: (id) => projects.find((project) => project.id === id) as never,
      changed: async () => undefined,
    },
    events: {
      publish(event) {
        if (event.type !== 'job') return;
        seen.push(event.job);
        for (const watcher of watchers) watcher();
      },
    },
    // Little, so that the network has several blocks.
    preferences: { read: async () => ({ memoryBudgetBytes: 352 * 2 ** 20 }) as never },
    speeds: await openSpeeds(join(folder, 'data'), () => undefined),
    derived: { readVolume: null, makeCoarser: null, makeMeshes: null },
    log: { info() {}, warn() {}, error() {}, close: async () => undefined },
  });
  /** The job at the first event at which `condition` holds. */
  const when = (id: string, condition: (job: Job) => boolean): Promise<Job> =>
    new Promise((resolve) => {
      const look = () => {
        const job = manager.get(id);
        if (!condition(job)) return;
        watchers.delete(look);
        resolve(job);
      };
      watchers.add(look);
      look();
    });
  const ended = (id: string) => when(id, ({ state }) => !['queued', 'running'].includes(state));
  return { manager, seen, when, ended };
}

const opened: Project[] = [];
afterEach(() => opened.splice(0).forEach((project) => project.close()));

async function makeProject(name: string): Promise<Project> {
  const project = await createOrOpenProject(join(folder, name));
  opened.push(project);
  return project;
}

const stageOf = (job: Job, title: string) => job.stages.find((stage) => stage.title === title)!;
const inNetwork = (job: Job) => stageOf(job, 'Network').done > 0 && stageOf(job, 'Network').state === 'running';

let commandLine: Promise<string> | null = null;
/** The hash that the command line comes to. */
const hashOfCommandLine = () =>
  (commandLine ??= (async () => {
    const project = join(folder, 'command-line');
    await jsonHere(
      ...['segment', `${SAMPLE}:/raw`, '--project', project, '--voxel-size', VOXEL_SIZE.join()],
      ...['--roi', '0:24,0:130,0:150', '--model', MODEL, '--provider', 'cpu'],
    );
    return (await jsonHere<{ all: string }>('hash', project)).all;
  })());

describe('a job', () => {
  it('goes through its stages to the same result as the command line', async () => {
    const project = await makeProject('whole');
    const { manager, seen, ended } = await engine({ id: 'p1', project });
    const { id } = await manager.start('p1', request);
    const job = await ended(id);

    expect(job).toMatchObject({ state: 'done', fraction: 1, error: null, resume: null, kind: 'segment' });
    expect(job.stages.map(({ title, state }) => [title, state])).toEqual(
      ['Normalise', 'Network', 'Watershed', 'Region graph', 'Supervoxels', 'Agglomerate', 'Write project'].map(
        (title) => [title, 'done'],
      ),
    );
    expect(job.provider).toMatchObject({ requested: 'cpu', obtained: 'cpu', refused: [] });
    expect(job.provider!.nodes['cpu']).toBeGreaterThan(5);
    expect(job.facts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Model', 'Weights', 'Volume', 'Tile, halo', 'Supervoxels', 'Threshold']),
    );
    expect(job.detail).toMatch(/150 × 130 × 24 voxels of 12 × 12 × 30 nm$/);
    // The provider is told while the network runs, not with the report at the end.
    expect(seen.some(({ state, provider }) => state === 'running' && provider?.obtained === 'cpu')).toBe(true);
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));

    expect((await contentHash(project)).all).toBe(await hashOfCommandLine());
    expect((await manager.course(id)).log.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['started', 'Network begins', 'finished']),
    );
    expect(readFileSync(join(project.paths.logs, 'job-1.log'), 'utf8')).toMatch(/Z info {2}finished\n$/);
  });

  it('is paused in the network and goes on to the same result', async () => {
    const project = await makeProject('paused');
    const { manager, when, ended } = await engine({ id: 'p1', project });
    const { id } = await manager.start('p1', request);
    await when(id, inNetwork);
    const paused = await manager.pause(id);
    expect(paused).toMatchObject({ state: 'paused', endedAt: null, error: null, secondsLeft: null });
    // With the block where one was finished before the pause.
    expect(paused.resume).toMatch(/resumes at (block \d+ of \d+ of )?'Network'/);
    expect(manager.processIds()).toEqual([]);
    await expect(manager.pause(id)).rejects.toMatchObject({ kind: 'conflict' });

    await manager.resume(id);
    expect(await ended(id)).toMatchObject({ state: 'done', fraction: 1 });
    expect((await contentHash(project)).all).toBe(await hashOfCommandLine());
  });

  it('whose process is killed says so, and goes on', async () => {
    const project = await makeProject('killed');
    const { manager, when, ended } = await engine({ id: 'p1', project });
    const { id } = await manager.start('p1', request);
    await when(id, inNetwork);
    for (const pid of manager.processIds()) process.kill(pid, 'SIGKILL');
    const failed = await ended(id);
    expect(failed).toMatchObject({ state: 'failed', error: { kind: 'storage' } });
    expect(failed.error!.message).toMatch(/memory ran out\. Finished blocks are kept/);
    expect(stageOf(failed, 'Network').state).toBe('failed');
    // The failure outlives the engine.
    expect((await engine({ id: 'p1', project })).manager.get(id)).toMatchObject({
      state: 'failed',
      error: failed.error,
    });

    await manager.resume(id);
    expect(await ended(id)).toMatchObject({ state: 'done' });
    expect((await contentHash(project)).all).toBe(await hashOfCommandLine());
  });

  it('of an engine that died is interrupted where it was, and goes on with one call', async () => {
    const project = await makeProject('interrupted');
    const first = await engine({ id: 'p1', project });
    const { id } = await first.manager.start('p1', request);
    await first.when(id, inNetwork);
    await first.manager.close();
    // As a process leaves it that has no time to write anything down.
    project.database.prepare("UPDATE jobs SET state = 'running'").run();
    project.close();

    const again = await openProject(join(folder, 'interrupted'));
    opened.push(again);
    const { manager, ended } = await engine({ id: 'p1', project: again });
    const [found] = manager.list();
    expect(found).toMatchObject({ id, state: 'interrupted', title: 'Segment the volume' });
    expect(found.resume).toMatch(/'Network', with the same bytes/);
    await manager.resume(id);
    expect(await ended(id)).toMatchObject({ state: 'done' });
    expect((await contentHash(again)).all).toBe(await hashOfCommandLine());
  });

  it('waits for the one before it, and can be cancelled there', async () => {
    const projects = await Promise.all(['first', 'second', 'third'].map(makeProject));
    const { manager, ended } = await engine(...projects.map((project, i) => ({ id: `p${i + 1}`, project })));
    const jobs = await Promise.all(['p1', 'p2', 'p3'].map((id) => manager.start(id, request)));
    expect(
      manager
        .list()
        .map(({ state }) => state)
        .toSorted(),
    ).toEqual(['queued', 'queued', 'running']);
    await expect(manager.start('p1', request)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await manager.cancel(jobs[1].id)).toMatchObject({ state: 'cancelled', startedAt: null });
    await manager.cancel(jobs[0].id);
    expect(await ended(jobs[2].id)).toMatchObject({ state: 'done' });
    expect(manager.get(jobs[0].id).state).toBe('cancelled');
  });

  it('that cannot begin fails with its reason and keeps nothing', async () => {
    const project = await makeProject('refused');
    const { manager, ended } = await engine({ id: 'p1', project });
    const { id } = await manager.start('p1', { ...request, raw: join(folder, 'missing.h5') });
    expect(await ended(id)).toMatchObject({ state: 'failed', error: { kind: 'not-found' } });
    expect(() => manager.get('p1-99')).toThrow(/no job/);
  });
});
