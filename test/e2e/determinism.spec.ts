import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { jsonHere, run, runJson } from '../helpers/fascicle.ts';
import { filesIn, temporaryFolder } from '../helpers/folders.ts';

/** The promise that everything rests on: the same input and parameters, the same bytes. */

interface Hashes {
  labels: string;
  graph: string;
  edits: string;
  all: string;
}

const folder = temporaryFolder();
const phantom = join(folder, 'phantom.h5');
const project = (name: string) => join(folder, name);
const fileHash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const hashOf = (name: string) => jsonHere<Hashes>('hash', project(name));

const segment = (name: string, ...options: string[]) =>
  runJson<{ segments: number; supervoxels: number; unchanged: boolean }>(
    ...['segment', `${phantom}:/raw`, '--affinities', `${phantom}:/affinities`, '--project', project(name)],
    ...options,
  );

let source: string;
let reference: Hashes;

beforeAll(async () => {
  await jsonHere('phantom', phantom, '--shape', '40,130,150', '--seed', '3', '--affinities');
  source = fileHash(phantom);
  await segment('64-1', '--block', '64', '--threads', '1');
  await segment('128-2', '--block', '128', '--threads', '2');
  reference = await hashOf('64-1');
});

describe('segment', () => {
  it.each([
    ['64', '2'],
    ['128', '1'],
    ['192', '1'],
    ['192', '2'],
  ])('gives the same hash with blocks of %s and %s threads', async (block, threads) => {
    const name = `${block}-${threads}`;
    await segment(name, '--block', block, '--threads', threads);
    expect(await hashOf(name)).toEqual(reference);
  });

  it('gives the same hash with blocks of 128 and 2 threads', async () => {
    expect(await hashOf('128-2')).toEqual(reference);
  });

  it('leaves no work, nothing half-written and an untouched source', () => {
    expect(existsSync(join(project('64-1'), 'work'))).toBe(false);
    expect(filesIn(folder).filter((file) => /partial|abandoned/.test(file))).toEqual([]);
    expect(fileHash(phantom)).toBe(source);
  });

  it('does nothing when it is told again', async () => {
    expect(await segment('64-1', '--block', '128')).toMatchObject({ unchanged: true });
    expect(await hashOf('64-1')).toEqual(reference);
  });

  it('gives a region the voxels that the cut-out volume has', async () => {
    const report = await segment('roi', '--roi', '8:40,0:100,50:150');
    expect(report.supervoxels).toBeGreaterThan(0);
    const labels = join(folder, 'roi.h5');
    const { shape } = await jsonHere<{ shape: number[] }>('export', project('roi'), '--labels', labels);
    expect(shape).toEqual([32, 100, 100]);
  });
});

describe('agglomerate', () => {
  it('goes up and down and back to the labels it came from', async () => {
    cpSync(project('64-1'), project('copy'), { recursive: true });
    const at = async (threshold: string) => {
      const result = await jsonHere<{ segments: number }>('agglomerate', project('copy'), '--threshold', threshold);
      return { ...result, ...(await hashOf('copy')) };
    };
    const high = await at('0.9');
    const none = await at('none');
    const back = await at('0.5');
    expect(back.labels).toBe(reference.labels);
    expect(back.graph).toBe(reference.graph);
    expect(back.edits).not.toBe(reference.edits);
    expect(new Set([reference.labels, high.labels, none.labels]).size).toBe(3);
    expect(high.segments).toBeGreaterThan(back.segments);
    expect(none.segments).toBeGreaterThan(high.segments);
  });
});

describe('export', () => {
  it.each(['h5', 'zarr', 'tif'])('writes .%s labels that score as the same partition', async (extension) => {
    const [first, second] = [join(folder, 'first.h5'), join(folder, `second.${extension}`)];
    await jsonHere('export', project('64-1'), '--labels', first, '--overwrite');
    const { segments } = await jsonHere<{ segments: number }>('export', project('128-2'), '--labels', second);
    const scores = await jsonHere('evaluate', second, first);
    expect(scores).toMatchObject({ voi: { split: 0, merge: 0, total: 0 }, adaptedRandError: 0, segments });
  });

  it('gives a segmentation whose score against the truth is finite and better than one segment for all', async () => {
    const labels = join(folder, 'segments.h5');
    await jsonHere('export', project('64-1'), '--labels', labels);
    type Scores = { voi: { total: number }; adaptedRandError: number };
    const scores = await jsonHere<Scores>('evaluate', labels, `${phantom}:/labels`);
    expect(scores.voi.total).toBeLessThan(2);
    expect(scores.adaptedRandError).toBeLessThan(0.5);
  });
});

describe('watershed', () => {
  it('joins small fragments and is the same for other blocks and threads', async () => {
    const out = (name: string) => join(folder, `${name}.h5`);
    type Counts = { fragments: number; supervoxels: number };
    const watershed = (name: string, ...options: string[]) =>
      runJson<Counts>('watershed', `${phantom}:/affinities`, out(name), '--low', '0.05', ...options);
    const all = await watershed('all', '--block', '64');
    const joined = await watershed('joined', '--size-threshold', '100', '--block', '64', '--threads', '2');
    const again = await watershed('again', '--size-threshold', '100', '--block', '128', '--threads', '1');
    expect(all.supervoxels).toBe(all.fragments);
    expect(joined.fragments).toBe(all.fragments);
    expect(joined.supervoxels).toBeLessThan(all.supervoxels);
    expect(again).toMatchObject({ fragments: joined.fragments, supervoxels: joined.supervoxels });
    expect(await jsonHere('evaluate', out('joined'), out('again'))).toMatchObject({ voi: { total: 0 } });
    expect(filesIn(folder).filter((file) => file.includes('.work'))).toEqual([]);
  });

  it('gives a project the same supervoxels', async () => {
    const values = ['--low', '0.05', '--high', '0.9', '--size-threshold', '100', '--merge-low', '0.05'];
    const shed = await runJson<{ fragments: number; supervoxels: number }>(
      ...['watershed', `${phantom}:/affinities`, join(folder, 'values.h5'), ...values],
    );
    const project = join(folder, 'values');
    const report = await runJson<{ supervoxels: number }>(
      ...['segment', `${phantom}:/labels`, '--affinities', `${phantom}:/affinities`, '--project', project, ...values],
    );
    expect(shed.supervoxels).toBeLessThan(shed.fragments);
    expect(report.supervoxels).toBe(shed.supervoxels);
  });

  it('refuses a name that it cannot write before any work', async () => {
    const { code, stderr } = await run('watershed', `${phantom}:/affinities`, join(folder, 'out.xyz'));
    expect(code).toBe(4);
    expect(stderr).toMatch(/\.xyz.*\.h5.*\.zarr.*\.tif/);
  });
});
