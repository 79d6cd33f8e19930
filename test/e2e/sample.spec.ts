import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';

import { boxOfShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { createVolume } from '#volumes/createVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { jsonHere, run, runJson } from '../helpers/fascicle.ts';
import { SAMPLE, SHARED_DATA, temporaryFolder } from '../helpers/folders.ts';

/** Real tissue through the real network, on a piece that a busy machine manages in a minute. */

interface Scores {
  voi: { split: number; merge: number; total: number };
  adaptedRandError: number;
  voxels: number;
}

const ROI: Box = { min: [4, 60, 60], max: [20, 156, 156] };
const SHAPE: Zyx = [16, 96, 96];
const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const sourceHash = () => createHash('sha256').update(readFileSync(SAMPLE)).digest('hex');

async function writeLabels(path: string, labels: Uint32Array): Promise<string> {
  const writer = await createVolume(path, { shape: SHAPE, type: 'uint32', voxelSizeNm: [10, 10, 10], role: 'labels' });
  await writer.write(boxOfShape(SHAPE), labels);
  await writer.finish();
  return path;
}

let before: string;
let truth: string;
let report: { segments: number; supervoxels: number; model: string; inference: { provider: { obtained: string } } };

beforeAll(async () => {
  before = sourceHash();
  const reader = await openVolume(`${SAMPLE}:/labels`, { role: 'labels' });
  truth = await writeLabels(at('truth.h5'), (await reader.read(ROI)) as Uint32Array);
  await reader.close();
  const roi = ROI.min.map((min, axis) => `${min}:${ROI.max[axis]}`).join(',');
  report = await runJson('segment', `${SAMPLE}:/raw`, '--project', at('project'), '--roi', roi, '--provider', 'cpu');
  await jsonHere('export', at('project'), '--labels', at('segments.h5'));
});

describe('the sample with the network that ships', () => {
  it('is segmented, and the report names the network and what ran it', () => {
    expect(report).toMatchObject({
      model: expect.stringMatching(/^fascicle-/),
      inference: { provider: { obtained: 'cpu' } },
    });
    expect(report.segments).toBeGreaterThan(1);
    expect(report.supervoxels).toBeGreaterThanOrEqual(report.segments);
  });

  it('scores better than one segment for all and than a segment for each voxel', async () => {
    const one = await writeLabels(at('one.h5'), new Uint32Array(voxelCount(SHAPE)).fill(1));
    const each = await writeLabels(
      at('each.h5'),
      Uint32Array.from({ length: voxelCount(SHAPE) }, (_, i) => i + 1),
    );
    const score = (path: string) => jsonHere<Scores>('evaluate', path, truth, '--min-size', '100');
    const [ours, merged, shattered] = [await score(at('segments.h5')), await score(one), await score(each)];
    for (const trivial of [merged, shattered]) {
      expect(ours.voi.total).toBeLessThan(trivial.voi.total);
      expect(ours.adaptedRandError).toBeLessThan(trivial.adaptedRandError);
    }
    expect(ours.voxels).toBeGreaterThan(voxelCount(SHAPE) / 2);
  });

  it('is drawn with raw, segments and truth side by side', async () => {
    const outcome = await run('picture', at('project'), at('picture.png'), '--truth', truth);
    expect(outcome).toMatchObject({ code: 0, stdout: `${at('picture.png')}\n` });
    const picture = decode(readFileSync(at('picture.png')));
    expect(picture.width).toBeGreaterThanOrEqual(3 * SHAPE[2]);
    expect(new Set(picture.data).size).toBeGreaterThan(20);
  });

  it('is not written to', () => {
    expect(sourceHash()).toBe(before);
  });
});

const validation = join(SHARED_DATA, 'em', 'ac4_val_z80-99.h5');

describe.skipIf(!existsSync(validation))('the validation slices of AC4 (needs FASCICLE_DATA)', () => {
  it('are understood, with the voxel size that the file states or none', async () => {
    const { datasets } = await runJson<{ datasets: { name: string; shape: number[]; type: string }[] }>(
      'info',
      validation,
    );
    expect(datasets.find(({ name }) => name === 'raw')).toMatchObject({ shape: [20, 1024, 1024], type: 'uint8' });
    expect(datasets.find(({ name }) => name === 'labels')).toMatchObject({ shape: [20, 1024, 1024], type: 'uint32' });
  });

  it('equal themselves', async () => {
    const scores = await jsonHere<Scores>('evaluate', `${validation}:/labels`, `${validation}:/labels`);
    expect(scores).toMatchObject({ voi: { split: 0, merge: 0, total: 0 }, adaptedRandError: 0 });
    expect(scores.voxels).toBeGreaterThan(10_000_000);
  });
});
