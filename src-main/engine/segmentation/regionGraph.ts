import { relabel } from '#native/relabel.ts';
import { mergeRegionGraphs, regionGraphBlock } from '#native/regionGraph.ts';
import type { RegionGraph } from '#native/regionGraph.ts';

import type { AffinitySource } from './affinitySource.ts';
import { readArrayFile, writeArrayFile } from './arrayFile.ts';
import type { FileArray } from './arrayFile.ts';
import type { SegmentationBlock } from './blockPlan.ts';
import { withLowHalo } from './faces.ts';
import { forEachBlock, stageFile } from './stageContext.ts';
import type { StageContext } from './stageContext.ts';

const STAGE = 'graph';
const SINGLE = { threads: 1 } as const;

/** Where the labels of a block come from: numbered over the whole volume, with the layers of its neighbours. */
export interface LabelSource {
  readLabels(block: SegmentationBlock): Promise<Uint32Array>;
  /** The last layer of a block along an axis. */
  readFace(block: SegmentationBlock, axis: 'z' | 'y' | 'x'): Promise<Uint32Array>;
}

/**
 * The region graph of the volume: each block adds the contacts that its voxels own, then the tables of all blocks are merged.
 *
 * @param bins of the histogram of affinities that each edge keeps; 0 for none
 */
export async function computeRegionGraph(
  context: StageContext,
  source: AffinitySource,
  labels: LabelSource,
  bins: number,
): Promise<RegionGraph> {
  const { plan, signal, onProgress } = context;
  const AXES = ['z', 'y', 'x'] as const;
  await forEachBlock(context, STAGE, 'Region graph', async (block, taskSignal) => {
    const [own, affinities, ...faces] = await Promise.all([
      labels.readLabels(block),
      source.read(block.box, taskSignal),
      ...AXES.map((axis, i) => {
        const neighbour = plan.before(block, i as 0 | 1 | 2);
        return neighbour && labels.readFace(neighbour, axis);
      }),
    ]);
    const [z, y, x] = faces;
    const halo = withLowHalo(own, block.box, { z, y, x });
    const graph = await regionGraphBlock(halo, { affinities, box: block.box }, plan.shape, block.box, {
      ...SINGLE,
      bins,
      signal: taskSignal,
    });
    const { bins: binCount, affinityUnit, ...arrays } = graph;
    await writeArrayFile(blockFile(context, block), { ...arrays, facts: Uint32Array.of(binCount, affinityUnit) });
  });

  const graphs: RegionGraph[] = [];
  for (const block of plan.blocks) {
    const { facts, ...arrays } = await readArrayFile<Record<string, FileArray>>(blockFile(context, block));
    graphs.push({ ...arrays, bins: facts[0], affinityUnit: facts[1] } as unknown as RegionGraph);
  }
  onProgress?.({ stage: 'Merging graphs', done: 0, total: 1, unit: 'steps' });
  const merged = await mergeRegionGraphs(graphs, { signal });
  onProgress?.({ stage: 'Merging graphs', done: 1, total: 1, unit: 'steps' });
  return merged;
}

const blockFile = (context: StageContext, { id }: SegmentationBlock) => stageFile(context, STAGE, id);

/** Labels that are read in a block's own numbers and mapped by a table of that block. */
export function mappedLabels(
  read: (block: SegmentationBlock) => Promise<Uint32Array>,
  readFace: (block: SegmentationBlock, axis: 'z' | 'y' | 'x') => Promise<Uint32Array>,
  tableOf: (block: SegmentationBlock) => Uint32Array,
): LabelSource {
  const map = async (labels: Uint32Array, block: SegmentationBlock) => {
    await relabel(labels, tableOf(block), labels, SINGLE);
    return labels;
  };
  return {
    readLabels: async (block) => map(await read(block), block),
    readFace: async (block, axis) => map(await readFace(block, axis), block),
  };
}
