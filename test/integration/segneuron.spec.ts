import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runInference } from '#compute/inferJob.ts';
import type { InferParameters } from '#compute/inferJob.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { thresholdOfBeta } from '#domain/multicutBeta.ts';
import { checkModel } from '#engine/inference/checkModel.ts';
import { chooseTarget } from '#engine/inference/packages/chooseModel.ts';
import type { FascicleConfig } from '#engine/inference/packages/fascicleConfig.ts';
import { loadModel } from '#engine/inference/packages/loadModel.ts';
import { memoryReader, memorySink, noise } from '#engine/inference/testVolumes.ts';
import { openProject } from '#engine/project/project.ts';
import { readMergeSteps } from '#engine/project/tables.ts';
import { solvedBeta } from '#engine/segmentation/solvedBeta.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';
import type { VoxelArray } from '#volumes/volume.ts';

import { jsonHere, runHere } from '../helpers/fascicle.ts';

/** A package of the generalist model, of random weights, as training/ exports it: run by ONNX Runtime, then made a project. */

const MODEL = join(import.meta.dirname, '../fixtures/models/segneuron');
const SHAPE: Zyx = [12, 40, 56];

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-segneuron-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function infer(
  voxels: VoxelArray,
  parameters: Partial<InferParameters> = {},
  voxelSizeNm: VoxelSizeNm = [30, 8, 8],
  config: Partial<FascicleConfig> = {},
) {
  const affinities = memorySink(SHAPE, 3);
  const foreground = memorySink(SHAPE, 1);
  const model = await loadModel(MODEL);
  const result = await runInference(
    { reader: memoryReader(voxels, SHAPE), affinities, foreground, chunk: [8, 8, 8] },
    { ...model, config: { ...model.config, ...config } },
    {
      ...{ provider: 'cpu', threads: 1, voxelSizeNm, roi: null, origin: [0, 0, 0], memoryBudgetBytes: 2 ** 30 },
      ...{ restrictAffinities: false, invert: false, block: [16, 64, 64] },
      markersDirectory: mkdtempSync(join(folder, 'markers-')),
      ...parameters,
    },
  );
  return { affinities: affinities.bytes, foreground: foreground.bytes, result };
}

/** At most one step of rounding apart: the percentiles of other units differ in their last digits. */
function expectEqualBytes(found: Uint8Array, expected: Uint8Array): void {
  expect(found).toHaveLength(expected.length);
  let largest = 0;
  found.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - expected[i]))));
  expect(largest).toBeLessThanOrEqual(1);
}

describe('the network', () => {
  it('gives what it gave when it was exported', async () => {
    expect(await checkModel({ model: await loadModel(MODEL), provider: 'cpu' })).toMatchObject({ passed: true });
  });

  it('gives the same for any blocks, from its one tile', async () => {
    const voxels = noise(SHAPE);
    const whole = await infer(voxels);
    expect(whole.result).toMatchObject({ tileShape: [16, 48, 48], factor: [1, 1, 1], emptyTiles: 0 });
    const inBlocks = await infer(voxels, { block: [8, 16, 24] });
    expect(inBlocks.affinities).toEqual(whole.affinities);
    expect(inBlocks.foreground).toEqual(whole.foreground);
    expect(new Set(whole.affinities).size).toBeGreaterThan(50);
  });

  it('gives the same for any blocks where tiles are blended, and something else than where they are cut', async () => {
    const voxels = noise(SHAPE);
    const config = { blending: { sigma: 0.5 } };
    const whole = await infer(voxels, {}, [30, 8, 8], config);
    const inBlocks = await infer(voxels, { block: [16, 24, 64] }, [30, 8, 8], config);
    expect(inBlocks.affinities).toEqual(whole.affinities);
    expect(inBlocks.foreground).toEqual(whole.foreground);
    expect(whole.affinities).not.toEqual((await infer(voxels)).affinities);
  });

  it('sees 12-bit intensities in 16 bits as it sees 8 bits: between two percentiles', async () => {
    const voxels = noise(SHAPE);
    const plain = await infer(voxels);
    const twelve = await infer(Uint16Array.from(voxels, (value) => 100 + 15 * value));
    expectEqualBytes(twelve.affinities, plain.affinities);
    expectEqualBytes(twelve.foreground, plain.foreground);
  });

  it('sees bright membranes as dark ones where it is told so, in whole numbers and in floating point', async () => {
    const voxels = noise(SHAPE);
    const plain = await infer(voxels);
    const negatives = [voxels.map((value) => 255 - value), Float32Array.from(voxels, (value) => 3 - value / 100)];
    for (const negative of negatives) {
      expectEqualBytes((await infer(negative, { invert: true })).affinities, plain.affinities);
      expect((await infer(negative)).affinities).not.toEqual(plain.affinities);
    }
  });

  it('is not run on tiles with next to nothing in them: no neurite is there, and nothing is linked', async () => {
    // Tissue on the left, resin on the right, so wide that tiles see nothing else.
    const shape: Zyx = [12, 32, 96];
    const tissue = noise(shape);
    const voxels = tissue.map((value, i) => (i % shape[2] < 32 ? value : 100 + (i % 2)));
    const affinities = memorySink(shape, 3);
    const foreground = memorySink(shape, 1);
    const result = await runInference(
      { reader: memoryReader(voxels, shape), affinities, foreground, chunk: [8, 8, 8] },
      await loadModel(MODEL),
      {
        ...{ provider: 'cpu', threads: 1, voxelSizeNm: [30, 8, 8], roi: null, origin: [0, 0, 0], block: [16, 32, 96] },
        ...{
          restrictAffinities: false,
          invert: false,
          memoryBudgetBytes: 2 ** 30,
          markersDirectory: join(folder, 'm'),
        },
      },
    );
    expect(result.emptyTiles).toBeGreaterThan(0);
    const maximumOf = (bytes: Uint8Array, from: number, to: number) =>
      bytes.reduce((most, value, i) => (i % shape[2] >= from && i % shape[2] < to ? Math.max(most, value) : most), 0);
    for (const { bytes } of [affinities, foreground]) {
      expect(maximumOf(bytes, 0, 32)).toBeGreaterThan(0);
      expect(maximumOf(bytes, 64, 96)).toBe(0);
    }
  });

  it('takes 5 to 10 nm in the plane as they are, and others resampled to 8 nm', async () => {
    const model = await loadModel(MODEL);
    const factorAt = (nm: number) => chooseTarget(model, [30, nm, nm]).factor;
    expect([5, 8, 10].map(factorAt)).toEqual(Array(3).fill([1, 1, 1]));
    expect(factorAt(4)).toEqual([1, 2, 2]);
    expect(factorAt(12)).toEqual([1, 0.5, 0.5]);
    expect(factorAt(11)[1]).toBeCloseTo(8 / 11);
  });
});

describe('a project of it', () => {
  interface Report {
    readonly supervoxels: number;
    readonly segments: number;
    readonly threshold: number;
  }
  const makeVolume = async () => {
    const path = join(folder, 'phantom.h5');
    await jsonHere('phantom', path, '--shape', '10,64,96', '--voxel-size', '30,4,4', '--seed', '2');
    return `${path}:/raw`;
  };
  const segment = (raw: string, name: string, ...options: string[]) =>
    jsonHere<Report>(
      ...['segment', raw, '--model', MODEL, '--provider', 'cpu', '--project', join(folder, name), ...options],
    );

  it('is a multicut of supervoxels of slices, whose beta moves as a threshold does', async () => {
    const raw = await makeVolume();
    const report = await segment(raw, 'a');
    expect(report.threshold).toBe(0.5);
    const labels = await openVolume(join(folder, 'a', 'supervoxels.zarr'), { role: 'labels' });
    const voxels = (await readWhole(labels)) as Uint32Array;
    await labels.close();
    const plane = 64 * 96;
    const sliceOf = new Map<number, number>();
    voxels.forEach((id, at) => {
      const z = Math.floor(at / plane);
      expect(sliceOf.get(id) ?? z).toBe(z);
      sliceOf.set(id, z);
    });
    expect(sliceOf.size).toBe(report.supervoxels);
    // The package asks for 20 voxels of 8 nm.
    const sizes = new Map<number, number>();
    for (const id of voxels) sizes.set(id, (sizes.get(id) ?? 0) + 1);
    expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(80);

    const project = await openProject(join(folder, 'a'));
    const solved = solvedBeta(project.database);
    const steps = readMergeSteps(project.database);
    project.close();
    expect(solved).toBe(0.25);
    expect(steps.u).toHaveLength(steps.score.length);
    const moved = await jsonHere<{ threshold: number; segments: number }>(
      ...['agglomerate', join(folder, 'a'), '--beta', '0.9'],
    );
    expect(moved.threshold).toBeCloseTo(thresholdOfBeta(0.9, 0.25), 12);
    expect(moved.segments).toBeGreaterThanOrEqual(report.segments);

    const { stdout } = await runHere('segment', raw, '--model', MODEL, '--project', join(folder, 'a'));
    expect(stdout).toContain('nothing was done');
    expect(stdout).toContain('resampled for the network to voxels 2 times larger along x and y');

    // The same in other blocks and threads.
    expect(await segment(raw, 'b', '--block', '64', '--threads', '1')).toMatchObject({ segments: report.segments });
    const hashOf = async (name: string) => jsonHere<{ labels: string; graph: string }>('hash', join(folder, name));
    await jsonHere('agglomerate', join(folder, 'a'), '--beta', '0.25');
    const [a, b] = [await hashOf('a'), await hashOf('b')];
    expect([b.labels, b.graph]).toEqual([a.labels, a.graph]);
  });

  it('is one of other supervoxels and of means where that is asked for', async () => {
    const raw = await makeVolume();
    const ways = [
      ['--supervoxels', 'distance-transform-3d', '--beta', '0.3'],
      ['--supervoxels', 'watershed', '--agglomeration', 'mean', '--no-foreground-restriction'],
      ['--agglomeration', 'mean', '--threshold', '0.6', '--invert'],
    ];
    const reports = [];
    for (const [i, way] of ways.entries()) reports.push(await segment(raw, String(i), ...way));
    expect(reports.map(({ threshold }) => threshold)).toEqual([0.5, 0.5, 0.6]);
    expect(new Set(reports.map(({ supervoxels }) => supervoxels)).size).toBe(3);
  });

  it('is refused where an option means nothing', async () => {
    const raw = await makeVolume();
    const refused = await runHere(
      ...['segment', raw, '--affinities', raw, '--invert', '--project', join(folder, 'refused')],
    );
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--invert goes with a network');
  });
});
