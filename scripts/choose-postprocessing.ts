/**
 * Sweeps what follows the network on a validation volume and prints one line per setting, best first. This is how the values in a
 * model package are chosen. Usage:
 *
 *   fascicle segment VALIDATION:/raw --project DIR
 *   node scripts/choose-postprocessing.ts DIR VALIDATION:/labels [MIN_TRUTH_SIZE]
 *
 * Everything is held in memory: 25 bytes for each voxel. Sizes are in voxels of the source.
 */
import { boxOfShape, voxelCount } from '#domain/geometry.ts';
import { projectPaths } from '#engine/project/paths.ts';
import { affinityWatershed } from '#native/affinityWatershed.ts';
import { agglomerate, cutMergeTree } from '#native/agglomeration.ts';
import { connectedComponents } from '#native/connectedComponents.ts';
import { ContingencyTable } from '#native/metrics.ts';
import { regionGraph, relabelRegionGraph, sizeGatedMerge } from '#native/regionGraph.ts';
import { relabel } from '#native/relabel.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { asLabels } from '#volumes/labelVoxels.ts';
import { openVolume } from '#volumes/openVolume.ts';

const THRESHOLDS = [0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9];
const WATERSHEDS = [
  { low: 0.0001, high: 0.9999 },
  { low: 0.05, high: 0.9999 },
  { low: 0.0001, high: 0.98 },
];
const SIZE_THRESHOLDS = [0, 50, 200, 800];
const MIN_SIZES = [0, 300, 1200, 4800];
const BINS = 256;
const SCORES = [{ kind: 'mean' }, { kind: 'quantile', quantile: 0.5 }, { kind: 'quantile', quantile: 0.75 }] as const;

const [directory, truthPath, minTruthSize = '1000'] = process.argv.slice(2);
const paths = projectPaths(directory);
const reader = await openVolume(paths.affinities, { role: 'affinities' });
const { shape } = reader.info;
const voxels = voxelCount(shape);
const plain = new Uint8Array(3 * voxels);
for (let channel = 0; channel < 3; channel++)
  plain.set((await reader.read(boxOfShape(shape), { channel })) as Uint8Array, channel * voxels);
const foreground = (await readWhole(await openVolume(paths.foreground))) as Uint8Array;
const restricted = plain.map((affinity, i) => Math.min(affinity, foreground[i % voxels]));

const truth = new Uint32Array(voxels);
const labels = asLabels(await readWhole(await openVolume(truthPath, { role: 'labels' })), truthPath);
await connectedComponents(labels, shape, truth);

const rows: { text: string; total: number }[] = [];
const fragments = new Uint32Array(voxels);
const segments = new Uint32Array(voxels);
for (const [restriction, affinities] of Object.entries({ restricted, plain }))
  for (const watershed of WATERSHEDS) {
    const sizes = await affinityWatershed(affinities, shape, fragments, watershed);
    const graph = await regionGraph(fragments, affinities, shape, { bins: BINS });
    for (const sizeThreshold of SIZE_THRESHOLDS) {
      const gate = await sizeGatedMerge(graph, sizes, { sizeThreshold, gateAffinity: watershed.low });
      const gated = await relabelRegionGraph(graph, gate.table);
      const supervoxelSizes = Float64Array.from(gate.voxelCounts, Number);
      for (const score of SCORES) {
        const edgeScore = score.kind === 'mean' ? score : { ...score, histogram: gated.histogram, bins: BINS };
        const parameters = { supervoxelCount: gate.voxelCounts.length, unit: gated.affinityUnit, score: edgeScore };
        const steps = await agglomerate(gated, parameters);
        for (const minSize of MIN_SIZES)
          for (const threshold of THRESHOLDS) {
            const assignment = await cutMergeTree(steps, supervoxelSizes, { threshold, minSize });
            await relabel(
              fragments,
              gate.table.map((supervoxel) => assignment[supervoxel]),
              segments,
            );
            const table = new ContingencyTable();
            await table.add(segments, truth);
            const { voiSplit, voiMerge, adaptedRandError } = await table.scores(Number(minTruthSize));
            const total = voiSplit + voiMerge;
            const numbers = [voiSplit, voiMerge, total, adaptedRandError].map((value) => value.toFixed(4)).join(' ');
            const scored = score.kind === 'mean' ? 'mean' : `q${score.quantile}`;
            const setting = `${restriction} low ${watershed.low} high ${watershed.high} size ${sizeThreshold}`;
            rows.push({ text: `${numbers}  ${setting} ${scored} threshold ${threshold} min ${minSize}`, total });
          }
      }
    }
  }
console.log('split merge VI ARE  setting');
for (const { text } of rows.sort((a, b) => a.total - b.total)) console.log(text);
