import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { AffinityArray, AffinitySource } from '#engine/segmentation/affinitySource.ts';
import { agglomerateGraph, histogramBins } from '#engine/segmentation/agglomerateGraph.ts';
import { planBlocks } from '#engine/segmentation/blockPlan.ts';
import { segmentAffinities } from '#engine/segmentation/segmentAffinities.ts';
import type { SegmentationSettings, SegmentationTables } from '#engine/segmentation/segmentAffinities.ts';
import type { SupervoxelSettings } from '#engine/segmentation/supervoxelSettings.ts';
import { affinityWatershed } from '#native/affinityWatershed.ts';
import { regionGraph, relabelRegionGraph, sizeGatedMerge } from '#native/regionGraph.ts';
import { relabel } from '#native/relabel.ts';
import { boundaryFromAffinities, seededWatershed } from '#native/seededWatershed.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

/** The pipeline in blocks, out of core, against the same algorithms on the whole volume in memory. */

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-pipeline-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Affinities of few values, so that plateaus and ties, which blocks find hardest, are everywhere and cross their faces: a coarse
 * random field, with single links cut and saturated.
 */
function tiedAffinities(shape: Zyx, seed: number, type: 'uint8' | 'float32'): AffinityArray {
  const voxels = voxelCount(shape);
  const [, height, width] = shape;
  const levels = [0, 20, 90, 90, 160, 230, 255, 255];
  const hash = (a: number) => {
    let h = Math.imul(a ^ seed, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
    return (h ^ (h >>> 13)) >>> 0;
  };
  const out = type === 'uint8' ? new Uint8Array(3 * voxels) : new Float32Array(3 * voxels);
  for (let i = 0; i < out.length; i++) {
    const at = i % voxels;
    const channel = (i - at) / voxels;
    const [z, y, x] = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
    const cell = (((z >> 2) * 1024 + (y >> 3)) * 1024 + (x >> 3)) * 3 + channel;
    const own = hash(i + 7);
    const value = own % 16 === 0 ? levels[(own >>> 8) % 8] : levels[hash(cell) % 8];
    out[i] = type === 'uint8' ? value : value / 255;
  }
  return out;
}

/** A source that hands out boxes of an array. */
function sourceOf(affinities: AffinityArray, shape: Zyx): AffinitySource {
  const type = affinities instanceof Uint8Array ? 'uint8' : 'float32';
  const voxels = voxelCount(shape);
  return {
    shape,
    type,
    read(box: Box) {
      const [depth, height, width] = boxShape(box);
      const out = affinities.slice(0, 3 * depth * height * width);
      let at = 0;
      for (let channel = 0; channel < 3; channel++)
        for (let z = box.min[0]; z < box.max[0]; z++)
          for (let y = box.min[1]; y < box.max[1]; y++, at += width) {
            const row = channel * voxels + (z * shape[1] + y) * shape[2] + box.min[2];
            out.set(affinities.subarray(row, row + width), at);
          }
      return Promise.resolve(out);
    },
  };
}

/** The pipeline as one would write it for a volume that fits into memory. */
async function inMemory(affinities: AffinityArray, shape: Zyx, { supervoxels, score }: SegmentationSettings) {
  const labels = new Uint32Array(voxelCount(shape));
  const counts = await fragmentsInMemory(affinities, shape, labels, supervoxels);
  const graph = await regionGraph(labels, affinities, shape, { bins: histogramBins(score), threads: 1 });
  const gate =
    supervoxels.method === 'watershed'
      ? { sizeThreshold: supervoxels.sizeThreshold, gateAffinity: supervoxels.mergeLow }
      : { sizeThreshold: 0 };
  const { table, voxelCounts } = await sizeGatedMerge(graph, counts, gate);
  await relabel(labels, table, labels, { threads: 1 });
  const edges = await relabelRegionGraph(graph, table);
  const agglomeration = await agglomerateGraph({ signal: undefined }, score, edges, voxelCounts.length);
  return { fragments: counts.length, labels, voxelCounts, edges, ...agglomeration };
}

/** Fragments of the whole volume, and the voxels of each. */
async function fragmentsInMemory(
  affinities: AffinityArray,
  shape: Zyx,
  labels: Uint32Array,
  settings: SupervoxelSettings,
): Promise<BigUint64Array> {
  if (settings.method === 'watershed') return affinityWatershed(affinities, shape, labels, settings, { threads: 1 });
  const perSlice = settings.method === 'distance-transform-2d';
  const boundary = new Float32Array(labels.length);
  const channels = perSlice ? [1, 2] : [0, 1, 2];
  await boundaryFromAffinities(affinities, boundary, { channels, reduction: 'minimum' });
  const { method, ...params } = settings;
  const count = await seededWatershed(boundary, shape, labels, { ...params, perSlice });
  const voxels = new BigUint64Array(count);
  for (const label of labels) voxels[label - 1]++;
  return voxels;
}

/** The pipeline as the program runs it. */
async function inBlocks(
  affinities: AffinityArray,
  shape: Zyx,
  settings: SegmentationSettings,
  { edge, threads, name }: { edge: number; threads: number; name: string },
): Promise<{ tables: SegmentationTables; labels: Uint32Array }> {
  const workDirectory = join(folder, name);
  const supervoxels = join(workDirectory, 'supervoxels.zarr');
  const context = { plan: planBlocks(shape, edge), workDirectory, parameters: settings, threads };
  const output = { supervoxels, voxelSizeNm: null };
  const tables = await segmentAffinities(context, sourceOf(affinities, shape), settings, output);
  const reader = await openVolume(supervoxels, { role: 'labels' });
  const labels = (await readWhole(reader)) as Uint32Array;
  await reader.close();
  return { tables, labels };
}

/** Sizes, boxes and centroids, voxel by voxel. */
function describeLabels(labels: Uint32Array, shape: Zyx, count: number) {
  const sizes = new Float64Array(count);
  const boxMin = new Int32Array(3 * count).fill(2 ** 31 - 1);
  const boxMax = new Int32Array(3 * count);
  const sums = new Float64Array(3 * count);
  labels.forEach((label, at) => {
    if (label === 0) return;
    sizes[label - 1]++;
    const position = [Math.floor(at / (shape[1] * shape[2])), Math.floor(at / shape[2]) % shape[1], at % shape[2]];
    position.forEach((p, axis) => {
      const i = 3 * (label - 1) + axis;
      boxMin[i] = Math.min(boxMin[i], p);
      boxMax[i] = Math.max(boxMax[i], p + 1);
      sums[i] += p;
    });
  });
  return { sizes, boxMin, boxMax, centroids: sums.map((sum, i) => sum / sizes[Math.floor(i / 3)]) };
}

/** One axis longer than a block or two, the others short: many faces, few voxels. */
const shapes = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 60, max: 90 }), fc.integer({ min: 60, max: 134 })),
  fc.tuple(fc.integer({ min: 63, max: 132 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 60, max: 80 })),
  fc.tuple(fc.integer({ min: 62, max: 70 }), fc.integer({ min: 62, max: 134 }), fc.integer({ min: 1, max: 6 })),
);

const affinityWatershedSettings = fc.record({
  method: fc.constant('watershed' as const),
  low: fc.constantFrom(0, 0.05, 0.2),
  high: fc.constantFrom(0.8, 0.9999, 2),
  sizeThreshold: fc.constantFrom(0, 10, 60),
  mergeLow: fc.constantFrom(0, 0.3),
});

const distanceTransformSettings = fc.record({
  method: fc.constant('distance-transform-2d' as const),
  threshold: fc.constantFrom(0.25, 0.7),
  sigmaSeeds: fc.constantFrom(0.5, 2),
  sigmaWeights: fc.constantFrom(0.5, 2),
  alpha: fc.constant(0.9),
  minSize: fc.constantFrom(0, 20, 100),
});

const settings: fc.Arbitrary<SegmentationSettings> = fc.record({
  supervoxels: fc.oneof(
    { weight: 2, arbitrary: affinityWatershedSettings },
    { weight: 1, arbitrary: distanceTransformSettings },
  ),
  score: fc.constantFrom(
    { kind: 'mean' as const },
    { kind: 'quantile' as const, quantile: 0.75 },
    { kind: 'multicut' as const, beta: 0.4, byContactArea: true },
  ),
});

describe('segmentAffinities', () => {
  it('equals the algorithms on the whole volume, whatever the blocks and threads', async () => {
    let run = 0;
    let [most, joined] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.nat(),
        fc.constantFrom('uint8' as const, 'float32' as const),
        settings,
        fc.constantFrom({ edge: 64, threads: 1 }, { edge: 64, threads: 3 }, { edge: 128, threads: 2 }),
        async (shape, seed, type, chosen, plan) => {
          const affinities = tiedAffinities(shape, seed, type);
          const expected = await inMemory(affinities, shape, chosen);
          most = Math.max(most, expected.voxelCounts.length);
          joined += expected.fragments - expected.voxelCounts.length;
          const { tables, labels } = await inBlocks(affinities, shape, chosen, { ...plan, name: `run-${run++}` });
          expect(Buffer.compare(Buffer.from(labels.buffer), Buffer.from(expected.labels.buffer))).toBe(0);
          const { bins, histogram, contactAxis, ...edges } = expected.edges;
          expect(tables.edges).toEqual(edges);
          expect(tables.steps).toEqual(expected.steps);
          expect(tables.multicut).toEqual(expected.multicut);
          expect(tables.fragments).toBe(expected.fragments);
          expect(tables.supervoxels).toEqual({
            count: expected.voxelCounts.length,
            originalIds: null,
            ...describeLabels(labels, shape, expected.voxelCounts.length),
          });
        },
      ),
      { numRuns: 25 },
    );
    // The volumes were not too simple to say anything.
    expect(most).toBeGreaterThan(100);
    expect(joined).toBeGreaterThan(100);
  });

  it('reads every voxel at most three times, and nothing twice after it was finished', async () => {
    const shape: Zyx = [10, 70, 140];
    const affinities = tiedAffinities(shape, 5, 'uint8');
    const source = sourceOf(affinities, shape);
    let read = 0;
    const counting: AffinitySource = {
      ...source,
      read(box) {
        read += voxelCount(boxShape(box));
        return source.read(box);
      },
    };
    const chosen: SegmentationSettings = {
      supervoxels: { method: 'watershed', low: 0.05, high: 0.9999, sizeThreshold: 20, mergeLow: 0.1 },
      score: { kind: 'mean' },
    };
    const workDirectory = join(folder, 'work');
    const context = { plan: planBlocks(shape, 64), workDirectory, parameters: chosen, threads: 2 };
    const output = { supervoxels: join(workDirectory, 'supervoxels.zarr'), voxelSizeNm: null };
    const first = await segmentAffinities(context, counting, chosen, output);
    expect(read).toBeLessThanOrEqual(3 * voxelCount(shape));
    read = 0;
    expect(await segmentAffinities(context, counting, chosen, output)).toEqual(first);
    expect(read).toBe(0);
  });

  it('stops at an abort and goes on to the same tables', async () => {
    const shape: Zyx = [10, 70, 200];
    const source = sourceOf(tiedAffinities(shape, 6, 'uint8'), shape);
    const chosen: SegmentationSettings = {
      supervoxels: { method: 'watershed', low: 0.05, high: 0.9999, sizeThreshold: 20, mergeLow: 0.1 },
      score: { kind: 'mean' },
    };
    const at = (name: string) => join(folder, name);
    const contextIn = (name: string) => ({
      plan: planBlocks(shape, 64),
      workDirectory: at(name),
      parameters: chosen,
      threads: 1,
    });
    const outputIn = (name: string) => ({ supervoxels: join(at(name), 'supervoxels.zarr'), voxelSizeNm: null });
    const undisturbed = await segmentAffinities(contextIn('a'), source, chosen, outputIn('a'));
    const controller = new AbortController();
    const stages: string[] = [];
    const cancelled = segmentAffinities(
      {
        ...contextIn('b'),
        signal: controller.signal,
        onProgress: ({ stage, done }) => {
          stages.push(stage);
          if (stage === 'Region graph' && done === 2) controller.abort();
        },
      },
      source,
      chosen,
      outputIn('b'),
    );
    await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
    expect(new Set(stages)).toEqual(new Set(['Watershed', 'Stitching', 'Region graph']));
    expect(await segmentAffinities(contextIn('b'), source, chosen, outputIn('b'))).toEqual(undisturbed);
  });
});
