import { describe, expect, it } from 'vitest';

import type { Zyx } from '#domain/geometry.ts';

import { makeGrid } from './grid.ts';
import { countOf, histogramOfValues, meanOf, percentileOf, standardDeviationOf } from './histogram.ts';
import { volumeHistogram } from './statistics.ts';
import { memoryReader, noise } from './testVolumes.ts';
import { readModelBlock } from './tileInput.ts';

const shape: Zyx = [7, 33, 21];
const identity = makeGrid(shape, [1, 1, 1]);

describe('volumeHistogram', () => {
  it('counts every voxel of an integer image exactly, whatever its chunks', async () => {
    const voxels = noise(shape);
    const expected = histogramOfValues(voxels);
    for (const chunkShape of [
      [1, 33, 21],
      [4, 4, 4],
      [64, 64, 64],
    ] as const)
      expect(await volumeHistogram(memoryReader(voxels, shape, { chunkShape }), identity)).toEqual(expected);
    const signed = Int16Array.from(voxels, (value) => 300 - 5 * value);
    expect(await volumeHistogram(memoryReader(signed, shape), identity)).toEqual(histogramOfValues(signed));
  });

  it('is that of the image at the scale of the network', async () => {
    const reader = memoryReader(noise(shape), shape);
    const grid = makeGrid(shape, [1, 2, 2]);
    const found = await volumeHistogram(reader, grid);
    const seen = await readModelBlock(reader, grid, { min: [0, 0, 0], max: grid.modelShape });
    expect(meanOf(found)).toBeCloseTo(meanOf(histogramOfValues(seen)), 2);
    expect(standardDeviationOf(found)).toBeCloseTo(standardDeviationOf(histogramOfValues(seen)), 2);
    expect(standardDeviationOf(found)).toBeLessThan(0.6 * standardDeviationOf(histogramOfValues(noise(shape))));
  });

  it('bins floating point images finely over their own range and leaves out what is no finite number', async () => {
    const voxels = Float32Array.from(noise(shape), (value) => value * 1e-6 - 3e-5);
    voxels.set([NaN, Infinity, -Infinity], 5);
    const found = await volumeHistogram(memoryReader(voxels, shape), identity);
    const expected = histogramOfValues(voxels.filter(Number.isFinite));
    expect(countOf(found)).toBe(voxels.length - 3);
    expect(meanOf(found)).toBeCloseTo(meanOf(expected), 9);
    expect(percentileOf(found, 99)).toBeCloseTo(percentileOf(expected, 99), 8);
  });

  it('reports its progress and stops at an abort', async () => {
    const reader = memoryReader(noise(shape), shape);
    const seen: number[][] = [];
    await volumeHistogram(reader, identity, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
    await expect(volumeHistogram(reader, identity, { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
