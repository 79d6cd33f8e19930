import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { jsonHere, run, runHere } from '../helpers/fascicle.ts';
import { REPOSITORY, SAMPLE, temporaryFolder } from '../helpers/folders.ts';

/**
 * What scripts read. Objects are strict: a new key is added here and in docs/user-guide.md on purpose, and a renamed or missing one
 * fails.
 */

const count = z.int().nonnegative();
const triple = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const share = z.number().min(0).max(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const bits = z.number().nonnegative();

const provider = z.strictObject({
  requested: z.string(),
  obtained: z.enum(['cpu', 'cuda', 'webgpu', 'dml', 'coreml']),
  refused: z.array(z.strictObject({ provider: z.string(), reason: z.string().min(10) })),
  nodeShare: z.record(z.string(), share),
  nodes: z.record(z.string(), z.int()),
  threads: z.int().positive(),
  runtime: z.string(),
});

const hash = z.strictObject({ labels: sha256, graph: sha256, edits: sha256, all: sha256 });

const verification = z.strictObject({
  project: z.string(),
  isSound: z.boolean(),
  findings: z.array(z.strictObject({ check: z.string(), isSound: z.boolean(), detail: z.string() })),
  hash: hash.nullable(),
  backups: z.array(
    z.strictObject({ name: z.string(), createdAt: z.iso.datetime(), revision: count, bytes: z.int().positive() }),
  ),
});

const replayed = z.strictObject({ directory: z.string(), revision: count, hash });

const reanchored = z.strictObject({
  ...{ directory: z.string(), edits: count, carried: count, held: count, divided: count },
  lost: z.array(
    z.strictObject({ revision: count, summary: z.string(), place: triple.nullable(), reason: z.string().min(10) }),
  ),
});

const evaluation = z.strictObject({
  voi: z.strictObject({ split: bits, merge: bits, total: bits }),
  adaptedRandError: share,
  adaptedRandErrorCremi: share,
  voxels: count,
  segments: count,
  truthSegments: count,
});

const projectReport = z.strictObject({
  unchanged: z.boolean(),
  supervoxels: count,
  edges: count,
  segments: count,
  threshold: share.nullable(),
  minSize: count,
  seconds: z.number().positive(),
});

const networkReport = projectReport.extend({
  model: z.string(),
  inference: z.looseObject({ provider, wallSeconds: z.number().positive(), runSeconds: z.number().nonnegative() }),
});

const description = z.strictObject({
  path: z.string(),
  format: z.string(),
  datasets: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      shape: triple.nullable(),
      channels: z.int().positive().nullable(),
      axes: z.string().nullable(),
      voxelSizeNm: triple.nullable(),
      storedShape: z.array(z.int()),
      storedChunks: z.array(z.int()).nullable(),
      filters: z.array(z.string()),
    }),
  ),
  opens: z.string().nullable(),
  problem: z.string().nullable(),
});

const models = z.strictObject({
  models: z.array(
    z.union([
      z.strictObject({
        id: z.string(),
        name: z.string(),
        version: z.string(),
        directory: z.string(),
        license: z.string().nullable(),
        targets: z.array(z.strictObject({ name: z.string(), voxelSizeNm: triple })).min(1),
        receptiveFieldRadius: z.tuple([count, count, count]),
      }),
      z.strictObject({ directory: z.string(), error: z.string() }),
    ]),
  ),
});

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const phantom = at('phantom.h5');
const fixtures = join(REPOSITORY, 'test', 'fixtures');

beforeAll(async () => {
  await jsonHere('phantom', phantom, '--shape', '24,70,80', '--seed', '1', '--affinities', '--threads', '1');
  await jsonHere('segment', `${phantom}:/raw`, '--affinities', `${phantom}:/affinities`, '--project', at('project'));
});

describe('--json', () => {
  it('phantom says what was made', async () => {
    const made = await jsonHere(
      'phantom',
      at('other.h5'),
      '--shape',
      '8,9,10',
      '--seed',
      '2',
      '--voxel-size',
      '10,10,10',
    );
    expect(made).toEqual({ out: at('other.h5'), shape: [8, 9, 10], seed: 2, voxelSizeNm: [10, 10, 10] });
  });

  it('info lists the datasets of every format', async () => {
    const found = description.parse(await jsonHere('info', phantom));
    expect(found).toMatchObject({ format: 'hdf5', opens: 'raw', problem: null });
    expect(found.datasets.map(({ name, type, channels }) => [name, type, channels])).toEqual([
      ['affinities', 'uint8', 3],
      ['labels', 'uint32', 1],
      ['raw', 'uint8', 1],
    ]);
    for (const { shape, voxelSizeNm } of found.datasets)
      expect([shape, voxelSizeNm]).toEqual([
        [24, 70, 80],
        [30, 6, 6],
      ]);
    for (const name of [
      'ome04.zarr',
      'ome05.zarr',
      'v2.zarr',
      'v3.zarr',
      'imagej.tif',
      'raw.nrrd',
      'png16',
      'cremi.h5',
    ])
      description.parse(await jsonHere('info', join(fixtures, 'volumes', name)));
  });

  it('segment reports counts, settings and time, and that nothing was done the second time', async () => {
    const again = ['segment', `${phantom}:/raw`, '--affinities', `${phantom}:/affinities`, '--project', at('project')];
    const report = projectReport.parse(await jsonHere(...again));
    expect(report).toMatchObject({ unchanged: true, threshold: 0.5, minSize: 0 });
    expect(report.segments).toBeLessThanOrEqual(report.supervoxels);
  });

  it('segment with a network names it and what really ran it', async () => {
    const report = networkReport.parse(
      await jsonHere(
        ...['segment', `${phantom}:/raw`, '--project', at('network'), '--model', join(fixtures, 'models', 'unet')],
        ...['--voxel-size', '30,12,12', '--provider', 'cpu', '--threads', '1'],
      ),
    );
    expect(report.inference.provider).toMatchObject({ requested: 'cpu', obtained: 'cpu', nodeShare: { cpu: 1 } });
  });

  it('graph reports like segment, with no threshold', async () => {
    const report = projectReport.parse(await jsonHere('graph', `${phantom}:/labels`, '--project', at('graph')));
    expect(report.threshold).toBeNull();
    expect(report.segments).toBe(report.supervoxels);
  });

  it('watershed counts labels before and after small ones were joined', async () => {
    const schema = z.strictObject({ fragments: count, supervoxels: count, out: z.string() });
    const out = at('watershed.h5');
    const counts = await jsonHere('watershed', `${phantom}:/affinities`, out, '--size-threshold', '50');
    expect(schema.parse(counts).out).toBe(out);
  });

  it('average says what it wrote', async () => {
    const schema = z.strictObject({
      ...{ out: z.string(), volumes: count, shape: triple, channels: count },
      type: z.enum(['uint8', 'float32']),
    });
    const affinities = `${phantom}:/affinities`;
    schema.parse(await jsonHere('average', affinities, affinities, '--out', at('average.zarr')));
  });

  it('agglomerate numbers the edit and counts segments', async () => {
    const schema = z.strictObject({
      revision: z.int().min(2),
      threshold: share.nullable(),
      minSize: count,
      segments: count,
    });
    const set = (...options: string[]) =>
      jsonHere('agglomerate', at('project'), ...options).then((result) => schema.parse(result));
    const first = await set('--threshold', '0.8', '--min-size', '40');
    expect(first).toMatchObject({ threshold: 0.8, minSize: 40 });
    // The size stays what it was until another one is named.
    expect(await set('--threshold', 'none')).toMatchObject({
      revision: first.revision + 1,
      threshold: null,
      minSize: 40,
    });
  });

  it('export says where, what type and how many', async () => {
    const schema = z.strictObject({
      path: z.string(),
      shape: triple,
      type: z.enum(['uint32', 'uint64']),
      segments: count,
      revision: count,
      ignored: count,
      files: count,
      manifestSha256: z.string().nullable(),
      targets: z.array(
        z.strictObject({
          what: z.enum(['labels', 'meshes', 'tables', 'manifest']),
          path: z.string(),
          bytes: count,
          exists: z.boolean(),
        }),
      ),
    });
    const report = schema.parse(await jsonHere('export', at('project'), '--labels', at('labels.h5')));
    expect(report).toMatchObject({ path: at('labels.h5'), shape: [24, 70, 80], type: 'uint32' });
  });

  it('evaluate has the keys that scripts rely on', async () => {
    const same = evaluation.parse(await jsonHere('evaluate', `${phantom}:/labels`, `${phantom}:/labels`));
    expect(same).toMatchObject({ voi: { split: 0, merge: 0, total: 0 }, adaptedRandError: 0 });
    const fewer = evaluation.parse(
      await jsonHere('evaluate', `${phantom}:/labels`, `${phantom}:/labels`, '--min-size', '1000', '--components'),
    );
    expect(fewer.voxels).toBeLessThan(same.voxels);
  });

  it('hash has the keys that scripts rely on, with and without --json', async () => {
    const content = hash.parse(await jsonHere('hash', at('project')));
    expect(JSON.parse((await runHere('hash', at('project'))).stdout)).toEqual(content);
  });

  it('verify, replay and reanchor have the keys that scripts rely on', async () => {
    const { isSound, hash: content } = verification.parse(await jsonHere('verify', at('project')));
    expect(isSound).toBe(true);
    const report = replayed.parse(await jsonHere('replay', at('project'), '--out', at('replayed')));
    expect(report.hash).toEqual(content);
    const carried = await jsonHere('reanchor', at('project'), '--onto', at('project'), '--out', at('reanchored'));
    expect(reanchored.parse(carried)).toMatchObject({ lost: [] });
  });

  it('models list names every package, also those that cannot be used', async () => {
    process.env['FASCICLE_MODELS'] = [join(fixtures, 'models'), at('nowhere')].join(delimiter);
    try {
      const { models: all } = models.parse(await jsonHere('models', 'list'));
      expect(all.some((model) => 'error' in model && model.directory.endsWith('format-0.4'))).toBe(true);
      expect(all.filter((model) => 'id' in model).length).toBeGreaterThanOrEqual(2);
    } finally {
      delete process.env['FASCICLE_MODELS'];
    }
  });

  it('models check says what ran and how far the outputs are from those of the package', async () => {
    const schema = z.looseObject({
      id: z.string(),
      passed: z.literal(true),
      provider,
      outputs: z.array(
        z.looseObject({ id: z.string(), elements: count, mismatched: count, largestDifference: z.number() }),
      ),
    });
    schema.parse(await jsonHere('models', 'check', join(fixtures, 'models', 'unet'), '--provider', 'cpu'));
  });

  it.each([['native', ['--repeat', '1']] as const, ['io', []] as const])(
    'bench %s lists figures',
    async (what, options) => {
      const row = z.looseObject({ name: z.string(), megavoxelsPerSecond: z.number().positive() });
      const result = await jsonHere('bench', what, '--shape', '32,64,64', '--threads', '1', ...options);
      const { benchmarks } = z.looseObject({ benchmarks: z.array(row).min(1) }).parse(result);
      if (what === 'native') {
        const names = benchmarks.map(({ name }) => name);
        expect(names).toEqual(expect.arrayContaining(['watershed', 'regionGraph', 'agglomeration', 'metrics']));
        const full = row.extend({ bytesPerVoxel: z.number(), threads: z.literal(1), shape: triple });
        z.array(full).parse(benchmarks);
        z.looseObject({ copyGigabytesPerSecond: z.number().positive() }).parse(result);
      }
    },
  );
});

describe('the two outputs of the program', () => {
  it('are JSON alone on one and progress on the other', async () => {
    const out = at('spawned.h5');
    const { code, stdout, stderr } = await run('phantom', out, '--shape', '8,16,16', '--seed', '1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ out });
    expect(stderr).toBe('');
  });

  it('have nothing on standard output when a command fails', async () => {
    const { code, stdout, stderr } = await run('info', at('nothing.h5'), '--json');
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^fascicle: .*nothing\.h5/);
  });
});

describe('results for people', () => {
  it('are lines without JSON', async () => {
    for (const command of [
      ['info', SAMPLE],
      ['evaluate', `${phantom}:/labels`, `${phantom}:/labels`],
      ['models', 'list'],
      ['export', at('project'), '--labels', at('again.tif')],
    ]) {
      const { code, stdout } = await runHere(...command);
      expect(code).toBe(0);
      expect(stdout.length).toBeGreaterThan(20);
      expect(stdout).not.toMatch(/[{}]/);
    }
  });

  it('include a picture', async () => {
    mkdirSync(at('pictures'));
    const png = at('pictures/middle.png');
    const { code, stdout } = await runHere('picture', at('project'), png, '--truth', `${phantom}:/labels`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: png });
    expect(existsSync(png)).toBe(true);
  });
});
