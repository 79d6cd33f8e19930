import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Job } from '#contract/routes/jobs.ts';
import type { NewProject } from '#contract/routes/projects.ts';
import { createEngine } from '#engine/http/createEngine.ts';
import type { Engine } from '#engine/http/createEngine.ts';
import { createProject } from '#engine/importing/createProject.ts';
import { estimateProject } from '#engine/importing/estimateProject.ts';
import { listModelCards } from '#engine/importing/modelCards.ts';
import { openSample } from '#engine/importing/openSample.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';
import { openSource } from '#engine/segmentation/sourceVolume.ts';
import { createVolume } from '#volumes/createVolume.ts';

import { REPOSITORY, SAMPLE, temporaryFolder } from '../helpers/folders.ts';

/** From a file to a project, as a window asks for it. */

const folder = temporaryFolder();
const MODELS = join(REPOSITORY, 'test', 'fixtures', 'models');
const at = (...names: string[]) => join(folder, ...names);

let engine: Engine;
beforeAll(async () => {
  const directories = { data: at('data'), cache: at('cache'), logs: at('logs'), projects: at('projects') };
  engine = await createEngine({
    directories,
    log: { info() {}, warn() {}, error() {}, close: async () => undefined },
  });
});
afterAll(() => engine.close());

const wanted = (directory: string, changes: Partial<NewProject> = {}): NewProject => ({
  directory: at('projects', directory),
  raw: `${SAMPLE}:/raw`,
  axes: null,
  voxelSizeNm: null,
  region: null,
  purpose: 'keep',
  truth: null,
  method: { kind: 'labels', labels: `${SAMPLE}:/labels`, affinities: null },
  ...changes,
});

async function ended(id: string): Promise<Job> {
  const windows = engine.events.subscribe(null);
  for (;;) {
    const job = await engine.jobs.get(id);
    if (!['queued', 'running'].includes(job.state)) return job;
    await windows.next();
  }
}

describe('a file before it is a project', () => {
  it('is described with what each dataset is good for', async () => {
    expect(await engine.looks.describe(SAMPLE)).toMatchObject({
      format: 'hdf5',
      datasets: [
        { name: 'labels', suggestedUse: 'labels', shape: [30, 250, 250] },
        { name: 'raw', suggestedUse: 'image', voxelSizeNm: [10, 10, 10], axes: 'zyx' },
      ],
    });
    await expect(engine.looks.describe(at('nothing.h5'))).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('is shown in slices along all axes, in the axes that the user names', async () => {
    const request = { at: 0.5, edge: 100, kind: 'image' } as const;
    const spec = `${SAMPLE}:/raw`;
    const shapeOf = async (plane: 'xy' | 'xz' | 'yz', axes: string | null = null) => {
      const { rows, columns, voxels } = await engine.looks.preview({ spec, axes }, { plane, ...request });
      expect(new Set(voxels).size).toBeGreaterThan(50);
      return [rows, columns];
    };
    expect(await shapeOf('xy')).toEqual([100, 100]);
    expect(await shapeOf('xz')).toEqual([30, 100]);
    expect(await shapeOf('yz')).toEqual([30, 100]);
    expect(await shapeOf('xy', 'yzx')).toEqual([30, 100]);
  });

  it('is measured', async () => {
    const { histogram, limits, findings } = await engine.looks.measure({ spec: `${SAMPLE}:/raw` });
    expect(histogram.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100_000);
    expect(limits[0]).toBeGreaterThan(40);
    expect(limits[1]).toBeLessThan(230);
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok']);
  });
});

describe('networks', () => {
  it('are ranked by fit to a voxel size, with their scores; broken packages say why', async () => {
    const shipped = [join(REPOSITORY, 'resources', 'models')];
    const { models, broken } = await listModelCards([10, 10, 10], [...shipped, MODELS]);
    expect(models[0]).toMatchObject({
      id: 'fascicle-unet-em-v1',
      modality: 'electron microscopy',
      fit: { rank: 0, target: 'isotropic block face', cost: 0, resampling: [1, 1, 1] },
      receptiveField: [17, 107, 107],
    });
    expect(models[0].scores).toContainEqual({
      data: 'AC4, sections 80 to 99',
      measure: 'VI',
      value: 0.483,
      target: 'serial sections',
    });
    expect(models[0].sizeBytes).toBeGreaterThan(1e6);
    expect(broken.map(({ directory }) => directory)).toContain(join(MODELS, 'format-0.4'));
    const unranked = (await listModelCards(null, shipped)).models;
    expect(unranked.length).toBeGreaterThan(1);
    expect(unranked.every(({ fit }) => fit === null)).toBe(true);
  });
});

describe('an estimate', () => {
  const network = (changes: Partial<NewProject> = {}) =>
    wanted('estimated', {
      voxelSizeNm: [30, 12, 12],
      method: { kind: 'network', model: join(MODELS, 'unet'), provider: 'cpu', threshold: null, minSize: null },
      ...changes,
    });

  it('tries a network that never ran here, says from what it reckons, and writes nothing', async () => {
    const estimate = await estimateProject(engine, network());
    expect(estimate).toMatchObject({
      problems: [],
      basis: expect.stringMatching(/Mvoxel\/s on cpu, measured on a small/),
    });
    expect(estimate.seconds).toBeGreaterThan(0);
    expect(estimate.diskBytes).toBeGreaterThan(30 * 250 * 250);
    expect(estimate.blocks).toBeGreaterThan(0);
    expect(estimate.memoryBytes).toBeLessThanOrEqual(estimate.memoryBudgetBytes);
    expect(existsSync(at('projects', 'estimated'))).toBe(false);
  });

  it('knows that supervoxels of slices and multicuts take longer, asked for or recommended', async () => {
    const method = {
      kind: 'network',
      model: join(MODELS, 'unet'),
      provider: 'cpu',
      threshold: null,
      minSize: null,
    } as const;
    const usual = await estimateProject(engine, network());
    const slices = await estimateProject(
      engine,
      network({
        method: {
          ...method,
          supervoxels: 'distance-transform-2d',
          score: { kind: 'multicut', beta: 0.25, byContactArea: true },
        },
      }),
    );
    expect(slices.seconds).toBeGreaterThan(usual.seconds!);
    const recommended = await estimateProject(
      engine,
      network({
        voxelSizeNm: [30, 8, 8],
        method: { ...method, model: join(MODELS, 'segneuron'), supervoxels: 'watershed' },
      }),
    );
    const own = await estimateProject(
      engine,
      network({ voxelSizeNm: [30, 8, 8], method: { ...method, model: join(MODELS, 'segneuron') } }),
    );
    expect(own.diskBytes).toBeLessThan(recommended.diskBytes);
  });

  it('names what stands in the way', async () => {
    const region = { min: [0, 0, 0], max: [31, 10, 10] } as const;
    const { problems } = await estimateProject(engine, network({ region }));
    expect(problems).toEqual([expect.stringMatching(/region reaches out of the volume, which has 30 x 250 x 250/)]);
    await expect(createProject(engine, network({ region }))).rejects.toMatchObject({ kind: 'bad-request' });
    expect(existsSync(at('projects', 'estimated'))).toBe(false);
  });
});

describe('a new project', () => {
  it('is made, filled by its job, and remembers the axes and the voxel size that the user named', async () => {
    // The sample once more, stored x, y, z as some programs do, with nothing that says so.
    const stored = at('transposed.h5');
    const shape = [4, 70, 90] as const;
    const voxels = Uint8Array.from({ length: 4 * 70 * 90 }, (_, i) => (i * 7919) % 251);
    const writer = await createVolume(stored, { shape: [90, 70, 4], type: 'uint8', voxelSizeNm: null, role: 'image' });
    const transposed = new Uint8Array(voxels.length);
    for (let z = 0; z < 4; z++)
      for (let y = 0; y < 70; y++)
        for (let x = 0; x < 90; x++) transposed[(x * 70 + y) * 4 + z] = voxels[(z * 70 + y) * 90 + x];
    await writer.write({ min: [0, 0, 0], max: [90, 70, 4] }, transposed);
    await writer.finish();
    const { project, job } = await createProject(
      engine,
      wanted('transposed', {
        raw: stored,
        axes: 'xyz',
        voxelSizeNm: [40, 8, 8],
        method: { kind: 'network', model: join(MODELS, 'unet'), provider: 'cpu', threshold: null, minSize: null },
      }),
    );
    expect(await ended(job.id)).toMatchObject({ state: 'done', error: null });
    const open = engine.projects.get(project.id);
    expect(await open.info()).toMatchObject({
      shape,
      voxelSizeNm: [40, 8, 8],
      segmentation: { threshold: expect.anything() },
    });
    const source = readSourceVolume(open.project.database, 'raw')!;
    expect(source.reading).toEqual({ axes: 'xyz', voxelSizeNm: [40, 8, 8] });
    const reader = await openSource(source);
    expect(await reader.read({ min: [0, 0, 0], max: shape })).toEqual(voxels);
    await reader.close();
  });

  it('of labels is looked at and proofread without a network', async () => {
    const region = { min: [0, 0, 0], max: [30, 100, 100] } as const;
    const { project, job } = await createProject(engine, wanted('labels', { region }));
    const done = await ended(job.id);
    expect(done).toMatchObject({ state: 'done', kind: 'graph', provider: null });
    expect(done.stages.map(({ title, state }) => `${title} ${state}`)).toEqual(
      ['Read the volume', 'Read ids', 'Supervoxels', 'Region graph', 'Agglomerate', 'Write project', 'Meshes'].map(
        (title) => `${title} done`,
      ),
    );
    const info = await engine.projects.get(project.id).info();
    expect(info).toMatchObject({ shape: [30, 100, 100], segmentation: { threshold: null } });
  });

  it('is compared with ground truth as soon as it has a segmentation', async () => {
    const region = { min: [0, 0, 0], max: [30, 100, 100] } as const;
    const { project, job } = await createProject(engine, wanted('compared', { region, truth: `${SAMPLE}:/labels` }));
    await ended(job.id);
    const comparisons = () => engine.jobs.list().filter((each) => each.kind === 'truth' && each.project === project.id);
    await expect.poll(() => comparisons().length).toBe(1);
    expect(await ended(comparisons()[0].id)).toMatchObject({ state: 'done', error: null });
    const { review } = engine.projects.get(project.id);
    expect((await review.agreement())!.live.scores).toMatchObject({ viSplit: 0, viMerge: 0 });
  });

  it('is refused where its ground truth does not fit, and nothing is made', async () => {
    const truth = join(REPOSITORY, 'test', 'fixtures', 'volumes', 'colour.tif');
    const asked = wanted('unfit', { truth });
    const { problems } = await estimateProject(engine, asked);
    expect(problems).toHaveLength(1);
    await expect(createProject(engine, asked)).rejects.toMatchObject({ kind: 'bad-request', message: problems[0] });
    expect(existsSync(asked.directory)).toBe(false);
  });

  it('in a folder with other files is refused and leaves nothing', async () => {
    await expect(createProject(engine, { ...wanted('x'), directory: REPOSITORY })).rejects.toMatchObject({
      kind: 'bad-request',
    });
  });
});

describe('the sample', () => {
  it('is made with one call, with a copy of its volume beside it, and opened by the next', async () => {
    // On a machine that is slow with the better network, the quick one is taken.
    const { weightsSha256 } = (await listModelCards(null)).models.find(({ id }) => id === 'fascicle-unet-em-v1')!;
    await engine.speeds.learnNetwork(weightsSha256, 'cpu', { networkVoxelsPerSecond: 1000, from: 'run' });
    const { project, job } = await openSample(engine);
    expect(job).not.toBeNull();
    expect(await openSample(engine)).toMatchObject({ project: { id: project.id }, job: { id: job!.id } });
    const done = await ended(job!.id);
    expect(done).toMatchObject({ state: 'done', error: null });
    expect(done.detail).toContain('fascicle-unet-em-v1-quick');
    expect(readdirSync(at('projects'))).toContain('fib25_sample.h5');
    await contentHash(engine.projects.get(project.id).project);
    const again = await openSample(engine);
    expect(again).toMatchObject({ job: null, project: { id: project.id, source: { found: true } } });
    expect(again.project.segmentation!.segments).toBeGreaterThan(20);
  });
});
