/**
 * Our half of native/bench/compare_public.py, which starts it.
 *
 *   node scripts/compare-public-ours.ts prepare DIR Z Y X       affinities.u8, labels.u32 and boundary.u8 of a phantom
 *   node scripts/compare-public-ours.ts run DIR Z Y X THREADS REPETITIONS
 *
 * `run` prints one JSON object: wall and processor milliseconds of the best repetition of each stage, and counts to compare; results go to DIR.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { affinityWatershed } from '#native/affinityWatershed.ts';
import { agglomerate, cutMergeTree } from '#native/agglomeration.ts';
import { connectedComponents } from '#native/connectedComponents.ts';
import { squaredDistanceTransform } from '#native/distanceTransform.ts';
import { ContingencyTable } from '#native/metrics.ts';
import { paintPhantomAffinities } from '#native/phantom.ts';
import { regionGraph } from '#native/regionGraph.ts';
import { distinctIds, relabel, toDenseIds } from '#native/relabel.ts';
import { boundaryFromAffinities, seededWatershed } from '#native/seededWatershed.ts';

const AGGLOMERATION_THRESHOLD = 0.5;

const [mode, directory, ...numbers] = process.argv.slice(2);
const [z, y, x, threads = 2, repetitions = 3] = numbers.map(Number);
const shape = [z, y, x] as const;
const voxels = z * y * x;

const path = (name: string): string => join(directory, name);
const write = (name: string, data: NodeJS.ArrayBufferView): void => writeFileSync(path(name), data);

function read(name: string): Uint8Array<ArrayBuffer> {
  const file = readFileSync(path(name));
  const aligned = new Uint8Array(file.length);
  aligned.set(file);
  return aligned;
}

async function prepare(): Promise<void> {
  const affinities = new Uint8Array(3 * voxels);
  const sparse = new Uint32Array(voxels);
  await paintPhantomAffinities({ seed: 1 }, { origin: [0, 0, 0], shape, affinities, labels: sparse });
  const labels = new Uint32Array(voxels);
  await toDenseIds(sparse, await distinctIds(sparse), labels);
  const boundary = new Float32Array(voxels);
  await boundaryFromAffinities(affinities, boundary, { channels: [1, 2], reduction: 'minimum' });
  write('affinities.u8', affinities);
  write('labels.u32', labels);
  write(
    'boundary.u8',
    Uint8Array.from(boundary, (p) => Math.round(255 * p)),
  );
}

async function run(): Promise<void> {
  const affinities = read('affinities.u8');
  const labels = new Uint32Array(read('labels.u32').buffer);
  const boundary = read('boundary.u8');
  const out = new Uint32Array(voxels);
  const distance = new Float32Array(voxels);
  const milliseconds: Record<string, number> = {};
  const processorMilliseconds: Record<string, number> = {};
  const keepLess = (times: Record<string, number>, name: string, time: number): void => {
    times[name] = Math.min(times[name] ?? Infinity, time);
  };
  const options = { threads };

  async function best<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    let result: Result | undefined;
    for (let i = 0; i < repetitions; i++) {
      const start = performance.now();
      const processorStart = process.cpuUsage();
      result = await work();
      const { user, system } = process.cpuUsage(processorStart);
      keepLess(milliseconds, name, performance.now() - start);
      keepLess(processorMilliseconds, name, (user + system) / 1e3);
    }
    return result as Result;
  }

  const components = await best('components', () =>
    connectedComponents(labels, shape, out, { ...options, connectivity: 26 }),
  );
  write('components.u32', out);
  await best('distance', () =>
    squaredDistanceTransform(labels, shape, distance, { ...options, voxelSize: [30, 6, 6] }),
  );
  write('distance.f32', distance);
  const supervoxels = await best('seeded', () => seededWatershed(boundary, shape, out, {}, options));

  const fragments = new Uint32Array(voxels);
  const counts = await best('watershed', () => affinityWatershed(affinities, shape, fragments, undefined, options));
  const graph = await best('graph', () => regionGraph(fragments, affinities, shape, options));
  const tree = await best('agglomeration', () =>
    agglomerate(graph, { supervoxelCount: counts.length, unit: 255, score: { kind: 'mean' } }, options),
  );
  const sizes = Float64Array.from(counts, Number);
  const cut = { threshold: AGGLOMERATION_THRESHOLD, minSize: 0 };
  const assignment = await best('threshold', () => cutMergeTree(tree, sizes, cut, options));
  await best('relabel', () => relabel(fragments, assignment, out, options));
  write('segmentation.u32', out);
  const scores = await best('metrics', async () => {
    const table = new ContingencyTable();
    await table.add(out, labels, options);
    return table.scores();
  });
  const found = { components, supervoxels, fragments: counts.length, edges: graph.u.length, scores };
  console.log(JSON.stringify({ milliseconds, processorMilliseconds, found }));
}

await (mode === 'prepare' ? prepare() : run());
