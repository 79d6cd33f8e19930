import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { affinityWatershed } from '#native/affinityWatershed.ts';
import { agglomerate, cutMergeTree } from '#native/agglomeration.ts';
import { connectedComponents } from '#native/connectedComponents.ts';
import { squaredDistanceTransform } from '#native/distanceTransform.ts';
import { ContingencyTable } from '#native/metrics.ts';
import { paintPhantomAffinities } from '#native/phantom.ts';
import { regionGraph, relabelRegionGraph, sizeGatedMerge } from '#native/regionGraph.ts';
import { relabel } from '#native/relabel.ts';
import { boundaryFromAffinities, seededWatershed } from '#native/seededWatershed.ts';

import { AFFINITY_WATERSHED_DEFAULTS } from '#engine/segmentation/supervoxelSettings.ts';

import { benchMulticut } from './benchMulticut.ts';
import { benchSurfaces } from './benchSurfaces.ts';
import { measureCopy } from './benchmark.ts';
import type { Benchmark, Benchmarks } from './benchmark.ts';
import { editForBench, openForBench } from './liveEdits.ts';
import { peakMemoryBytes, resetPeakMemory } from './peakMemory.ts';

export interface BenchNativeOptions {
  /** z, y, x; 520 x 520 x 520 when absent. */
  readonly shape?: Zyx;
  readonly threads: number;
  /** Runs of each algorithm; the best counts. */
  readonly repeat?: number;
  readonly onProgress?: (name: string) => void;
}

const SUPERVOXELS_PER_CUT = 250_000;

/** Frees what nothing holds any more, so that the memory of one algorithm is not counted to the next. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/**
 * Times the native algorithms on a phantom with noisy uint8 affinities, each as the program uses it with its default settings, through the
 * addon: 'watershed' alone, then with its blocks merging small fragments ahead, which is what the later stages get. Inputs are made before
 * the clock starts.
 */
export async function benchNative(options: BenchNativeOptions): Promise<Benchmarks> {
  const { shape = [520, 520, 520], threads, repeat = 1, onProgress } = options;
  const voxels = voxelCount(shape);
  const benchmarks: Benchmark[] = [];
  const one = { threads: 1 };
  const all = { threads };
  const { low, high, sizeThreshold, mergeLow } = AFFINITY_WATERSHED_DEFAULTS;

  async function measure<T>(
    name: string,
    used: number,
    work: () => Promise<T>,
    details: (result: T, seconds: number) => Record<string, number> = () => ({}),
    part: Zyx = shape,
  ): Promise<T> {
    onProgress?.(name);
    let seconds = Infinity;
    let result!: T;
    resetPeakMemory();
    for (let run = 0; run < repeat; run++) {
      const start = performance.now();
      result = await work();
      seconds = Math.min(seconds, (performance.now() - start) / 1000);
    }
    benchmarks.push({
      name,
      shape: part,
      threads: used,
      seconds,
      megavoxelsPerSecond: voxelCount(part) / seconds / 1e6,
      bytesPerVoxel: peakMemoryBytes() / voxelCount(part),
      details: details(result, seconds),
    });
    return result;
  }

  const copyGigabytesPerSecond = measureCopy();
  const labels = new Uint32Array(voxels);

  /** Supervoxels of every slice by distance transform, and the boundary map that they are made of, as the program has them. */
  const benchSliceWatershed = async (affinities: Uint8Array): Promise<void> => {
    const boundary = new Float32Array(voxels);
    const inPlane = { channels: [1, 2], reduction: 'minimum' } as const;
    await measure('boundaryMap', threads, () => boundaryFromAffinities(affinities, boundary, inPlane, all));
    const own = new Uint32Array(voxels);
    await measure(
      'distanceTransformWatershed',
      threads,
      () => seededWatershed(boundary, shape, own, {}, all),
      (supervoxels) => ({ supervoxels }),
    );
  };

  // A function of its own: what it leaves must not be counted to the algorithms after it.
  const segmentLabels = async (): Promise<Uint32Array> => {
    let affinities = new Uint8Array(3 * voxels);
    await measure('phantomAffinities', threads, () =>
      paintPhantomAffinities({ seed: 1, voxelSizeNm: [10, 10, 10] }, { origin: [0, 0, 0], shape, affinities }, all),
    );
    await measure(
      'watershed',
      threads,
      () => affinityWatershed(affinities, shape, labels, { low, high }, all),
      (counts) => ({ fragments: counts.length }),
    );
    const gate = { sizeThreshold, gateAffinity: mergeLow };
    const sizes = await measure(
      'watershedMergingAhead',
      threads,
      () => affinityWatershed(affinities, shape, labels, { low, high, gate }, all),
      (counts) => ({ fragments: counts.length }),
    );
    const graph = await measure(
      'regionGraph',
      threads,
      () => regionGraph(labels, affinities, shape, all),
      ({ u }) => ({ edges: u.length }),
    );
    await benchSliceWatershed(affinities);
    affinities = new Uint8Array(0);
    collectGarbage();
    const merged = await measure('sizeGatedMerge', 1, () => sizeGatedMerge(graph, sizes, gate));
    const edges = await relabelRegionGraph(graph, merged.table);
    await relabel(labels, merged.table, labels, all);
    const count = merged.voxelCounts.length;
    const steps = await measure(
      'agglomeration',
      1,
      () => agglomerate(edges, { supervoxelCount: count, unit: edges.affinityUnit, score: { kind: 'mean' } }),
      (_, seconds) => ({ edges: edges.u.length, megaedgesPerSecond: edges.u.length / seconds / 1e6 }),
    );
    const cutSizes = Float64Array.from(merged.voxelCounts, Number);
    const live = await measure('liveOpen', 1, () => openForBench(edges, steps, cutSizes));
    await measure('liveThreshold', 1, () => Promise.resolve(live.setCut({ threshold: 0.5, minSize: 0 })));
    await measure(
      'liveEdits',
      1,
      () => Promise.resolve(editForBench(live, edges)),
      (edits, seconds) => ({ edits, millisecondsPerEdit: (seconds * 1000) / edits }),
    );
    live.close();
    return measure(
      'threshold',
      1,
      () => cutMergeTree(steps, cutSizes, { threshold: 0.5, minSize: 0 }),
      (_, seconds) => ({
        supervoxels: count,
        millisecondsPer250kSupervoxels: ((seconds * 1000) / count) * SUPERVOXELS_PER_CUT,
      }),
    );
  };
  const assignment = await segmentLabels();
  collectGarbage();
  const segments = new Uint32Array(voxels);
  await measure('relabel', threads, () => relabel(labels, assignment, segments, all));
  await measure('metrics', 1, async () => {
    const table = new ContingencyTable();
    await table.add(labels, segments, one);
    return table.scores();
  });
  await benchMulticut(measure);
  collectGarbage();
  await benchSurfaces(segments, shape, { threads, measure, collectGarbage });
  collectGarbage();
  await measure('connectedComponents', threads, () => connectedComponents(segments, shape, labels, all));
  collectGarbage();
  const distances = new Float32Array(voxels);
  await measure('distanceTransform', threads, () => squaredDistanceTransform(segments, shape, distances, all));
  return { benchmarks, copyGigabytesPerSecond };
}
