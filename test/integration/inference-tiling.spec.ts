import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runInference } from '#compute/inferJob.ts';
import type { InferParameters } from '#compute/inferJob.ts';
import { boxOfShape, boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { loadModel } from '#engine/inference/packages/loadModel.ts';
import { cut, memoryReader, memorySink, noise, volumeOf } from '#engine/inference/testVolumes.ts';
import type { VoxelArray } from '#volumes/volume.ts';

/** Real networks through ONNX Runtime in this process, on volumes in memory: what the tiles may not change. */

const MODELS = join(import.meta.dirname, '../fixtures/models');
const SHAPE: Zyx = [13, 40, 45];

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-tiling-'))));
afterEach(() => rmSync(folder, { recursive: true }));

interface Case {
  model: string;
  voxels: VoxelArray;
  shape: Zyx;
  voxelSizeNm: VoxelSizeNm;
  parameters?: Partial<InferParameters>;
  /** The one tile that the network shall take, instead of what its package says. */
  fixedTile?: Zyx;
}

/** Runs one inference over the whole volume or the region, in a new job. */
async function infer({ model: name, voxels, shape, voxelSizeNm, parameters = {}, fixedTile }: Case) {
  const model = await loadModel(join(MODELS, name));
  const sizes = fixedTile?.map((min) => ({ min, step: 0 })) as unknown as typeof model.input.sizes;
  const roi = parameters.roi ?? boxOfShape(shape);
  const affinities = memorySink(boxShape(roi), 3);
  const foreground = memorySink(boxShape(roi), 1);
  const result = await runInference(
    { reader: memoryReader(voxels, shape), affinities, foreground, chunk: [8, 8, 8] },
    sizes ? { ...model, input: { ...model.input, sizes } } : model,
    {
      provider: 'cpu',
      threads: 1,
      voxelSizeNm,
      roi: null,
      origin: roi.min,
      restrictAffinities: false,
      invert: false,
      markersDirectory: mkdtempSync(join(folder, 'markers-')),
      memoryBudgetBytes: 2 ** 30,
      block: [16, 64, 64],
      ...parameters,
    },
  );
  for (const sink of [affinities, foreground]) expect(sink.writes.every((count) => count === 1)).toBe(true);
  return { affinities: affinities.bytes, foreground: foreground.bytes, result };
}

const hashOf = (...arrays: Uint8Array[]) =>
  arrays.reduce((hash, array) => hash.update(array), createHash('sha256')).digest('hex');

describe('a U-Net with pooling', () => {
  const unet: Case = { model: 'unet', voxels: noise(SHAPE), shape: SHAPE, voxelSizeNm: [30, 12, 12] };
  const samplings: [string, VoxelSizeNm, Zyx][] = [
    ['as it is', [30, 12, 12], [1, 1, 1]],
    ['coarsened by two in plane', [30, 6, 6], [1, 2, 2]],
    ['coarsened and refined by fractions', [45, 9, 8], [30 / 45, 12 / 9, 1.5]],
  ];

  it.each(samplings)(
    'gives the same bytes for every block shape and thread count, %s',
    async (_, voxelSizeNm, factor) => {
      const hashes = new Set<string>();
      for (const [block, threads] of [
        [[16, 64, 64], 1],
        [[8, 16, 24], 2],
        [[8, 8, 8], 1],
        [[24, 24, 16], 2],
      ] as const) {
        const { affinities, foreground, result } = await infer({
          ...unet,
          voxelSizeNm,
          parameters: { block, threads },
        });
        result.factor.forEach((value, axis) => expect(value).toBeCloseTo(factor[axis], 9));
        hashes.add(hashOf(affinities, foreground));
      }
      expect(hashes.size).toBe(1);
    },
  );

  it('uses the range of its outputs, so that equal bytes mean something', async () => {
    const { affinities } = await infer(unet);
    expect(new Set(affinities).size).toBeGreaterThan(50);
  });

  it.each(samplings)('gives a region the same bytes as within the whole volume, %s', async (_, voxelSizeNm) => {
    const roi: Box = { min: [3, 11, 7], max: [10, 34, 40] };
    const whole = await infer({ ...unet, voxelSizeNm });
    const part = await infer({ ...unet, voxelSizeNm, parameters: { roi, block: [8, 16, 16] } });
    for (let channel = 0; channel < 3; channel++) {
      const channelOf = (bytes: Uint8Array, size: number) => bytes.subarray(channel * size, (channel + 1) * size);
      expect(channelOf(part.affinities, voxelCount(boxShape(roi)))).toEqual(
        cut(channelOf(whole.affinities, voxelCount(SHAPE)), SHAPE, roi),
      );
    }
    expect(part.foreground).toEqual(cut(whole.foreground, SHAPE, roi));
  });

  it.each(samplings)('gives the same bytes from a lattice of tiles of one fixed shape, %s', async (_, voxelSizeNm) => {
    const free = await infer({ ...unet, voxelSizeNm });
    const fixed = await infer({ ...unet, voxelSizeNm, fixedTile: [10, 24, 28], parameters: { block: [8, 16, 24] } });
    expect(fixed.result.tileShape).toEqual([10, 24, 28]);
    expect(hashOf(fixed.affinities, fixed.foreground)).toBe(hashOf(free.affinities, free.foreground));
  });

  it('limits the affinities to the foreground where asked to', async () => {
    const plain = await infer(unet);
    const limited = await infer({ ...unet, parameters: { restrictAffinities: true } });
    const size = plain.foreground.length;
    expect(limited.affinities).toEqual(plain.affinities.map((value, i) => Math.min(value, plain.foreground[i % size])));
    expect(limited.result.restrictedByForeground).toBe(true);
  });
});

describe('a network whose answer is known', () => {
  // Channels 0 to 2 are the image one model voxel earlier along z, y, x; channel 3 is the image.
  const shift = { model: 'shift', shape: SHAPE };

  it('sees every voxel where it is', async () => {
    const voxels = noise(SHAPE);
    const { affinities, foreground } = await infer({
      ...shift,
      voxels,
      voxelSizeNm: [30, 12, 12],
      parameters: { block: [8, 16, 16] },
    });
    expect(foreground).toEqual(voxels);
    const at = (z: number, y: number, x: number) => voxels[(z * SHAPE[1] + y) * SHAPE[2] + x];
    const expected = [
      volumeOf(SHAPE, (z, y, x) => at(Math.abs(z - 1), y, x)),
      volumeOf(SHAPE, (z, y, x) => at(z, Math.abs(y - 1), x)),
      volumeOf(SHAPE, (z, y, x) => at(z, y, Math.abs(x - 1))),
    ];
    expect(affinities).toEqual(Uint8Array.from(expected.flatMap((channel) => [...channel])));
  });

  it('puts voxels and links back at their places after resampling', async () => {
    // A ramp is exact under averaging and interpolation, so each value tells the position it was taken from.
    const ramp = (y: number, x: number) => 20 + 3 * y + 2 * x;
    const voxels = volumeOf(SHAPE, (_, y, x) => ramp(y, x));
    const { affinities, foreground } = await infer({
      ...shift,
      voxels,
      voxelSizeNm: [30, 6, 6],
      parameters: { block: [8, 16, 16] },
    });
    const size = voxelCount(SHAPE);
    for (const [y, x] of [
      [4, 5],
      [15, 16],
      [16, 31],
      [33, 40],
    ]) {
      const i = (5 * SHAPE[1] + y) * SHAPE[2] + x;
      expect(foreground[i]).toBe(ramp(y, x));
      // The face below a voxel lies half a voxel before its centre, and the network answers one model voxel (two
      // source voxels) before the centre of the model voxel above the face, that is one source voxel before the face.
      expect(Math.abs(affinities[size + i] - ramp(y - 1.5, x))).toBeLessThanOrEqual(0.501);
      expect(Math.abs(affinities[2 * size + i] - ramp(y, x - 1.5))).toBeLessThanOrEqual(0.501);
    }
  });
});

describe('a network that cannot be trusted', () => {
  const shape: Zyx = [8, 16, 16];
  const black = { voxels: new Uint8Array(voxelCount(shape)), shape, voxelSizeNm: [30, 12, 12] as VoxelSizeNm };

  it('stops at the first tile with a NaN and names it', async () => {
    await expect(infer({ model: 'nan', ...black })).rejects.toMatchObject({
      kind: 'bad-file',
      message: expect.stringMatching(/gave a NaN for channel 0 of 'maps' in the tile at z 0, y 0, x 0/),
    });
  });

  it('is refused before the first tile where it has other channels than it says', async () => {
    await expect(infer({ model: 'wrong-channels', ...black })).rejects.toMatchObject({
      kind: 'bad-file',
      message: expect.stringMatching(/output 'maps'.*1 x 2 x .* says float32 of shape 1 x 4/s),
    });
  });
});

describe('what cannot be inferred', () => {
  const request: Case = { model: 'unet', voxels: noise([4, 8, 8]), shape: [4, 8, 8], voxelSizeNm: [30, 12, 12] };

  it.each([
    ['an unknown voxel size', { voxelSizeNm: null }, /does not say its voxel size/],
    ['a region outside the volume', { roi: { min: [0, 0, 0], max: [5, 8, 8] } as Box }, /reaches out of memory/],
    ['a budget below one tile', { memoryBudgetBytes: 2 ** 20, block: null }, /Raise the budget/],
  ])('says why for %s', async (_, parameters, message) => {
    await expect(infer({ ...request, parameters })).rejects.toMatchObject({
      kind: 'bad-request',
      message: expect.stringMatching(message),
    });
  });
});
