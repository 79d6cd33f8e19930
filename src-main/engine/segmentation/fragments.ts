import { boxShape, voxelCount } from '#domain/geometry.ts';
import { affinityWatershedBlock, stitchAffinityWatershed, watershedWindow } from '#native/affinityWatershed.ts';
import type { WatershedStitching, WatershedThresholds } from '#native/affinityWatershed.ts';
import { addLabelStatistics, createLabelStatistics } from '#native/labelStatistics.ts';

import type { AffinitySource } from './affinitySource.ts';
import { readArrayFile, writeArrayFile } from './arrayFile.ts';
import type { SegmentationBlock } from './blockPlan.ts';
import { highFaces } from './faces.ts';
import { forEachBlock, stageFile } from './stageContext.ts';
import type { StageContext } from './stageContext.ts';

const STAGE = 'fragments';
const SINGLE = { threads: 1 } as const;

/**
 * Affinity watershed of every block by itself. A block leaves three files: its labels, their last layers and statistics, and
 * the summary that the stitching needs.
 */
export function computeFragments(
  context: StageContext,
  source: AffinitySource,
  thresholds: WatershedThresholds,
): Promise<void> {
  return forEachBlock(context, STAGE, 'Watershed', async (block, signal) => {
    const window = watershedWindow(block.box, source.shape);
    const affinities = await source.read(window, signal);
    const shape = boxShape(block.box);
    const labels = new Uint32Array(voxelCount(shape));
    const summary = await affinityWatershedBlock(
      { affinities, box: window },
      source.shape,
      block.box,
      labels,
      thresholds,
      { ...SINGLE, signal },
    );
    const count = labels.reduce((highest, label) => Math.max(highest, label), 0);
    const statistics = createLabelStatistics(count + 1);
    await addLabelStatistics(statistics, labels, shape, block.box.min, { ...SINGLE, signal });
    await Promise.all([
      writeArrayFile(labelsFile(context, block), { labels }),
      writeArrayFile(edgesFile(context, block), {
        ...highFaces(labels, shape),
        voxels: statistics.voxels,
        boxes: statistics.boxes,
        coordinateSums: statistics.coordinateSums,
      }),
      writeArrayFile(summaryFile(context, block), { summary }),
    ]);
  });
}

/** Joins the blocks: numbers the fragments of the whole volume. */
export async function stitchFragments(context: StageContext): Promise<WatershedStitching> {
  const { plan, onProgress, signal } = context;
  const summaries: Uint32Array[] = [];
  for (const block of plan.blocks)
    summaries.push((await readArrayFile<{ summary: Uint32Array }>(summaryFile(context, block))).summary);
  const stitching = await stitchAffinityWatershed(summaries, { signal });
  onProgress?.({ stage: 'Stitching', done: 1, total: 1, unit: 'steps' });
  return stitching;
}

/** The labels of a block, numbered within it. */
export async function readBlockLabels(context: StageContext, block: SegmentationBlock): Promise<Uint32Array> {
  return (await readArrayFile<{ labels: Uint32Array }>(labelsFile(context, block))).labels;
}

/** What `computeFragments` keeps of a block besides its labels. */
export interface BlockEdges extends Record<string, Uint32Array | BigUint64Array> {
  readonly z: Uint32Array;
  readonly y: Uint32Array;
  readonly x: Uint32Array;
  readonly voxels: BigUint64Array;
  readonly boxes: Uint32Array;
  readonly coordinateSums: BigUint64Array;
}

/** The last layers of a block and the statistics of its labels. */
export function readBlockEdges(context: StageContext, block: SegmentationBlock): Promise<BlockEdges> {
  return readArrayFile<BlockEdges>(edgesFile(context, block));
}

const labelsFile = (context: StageContext, { id }: SegmentationBlock) => stageFile(context, STAGE, `${id}.labels`);
const edgesFile = (context: StageContext, { id }: SegmentationBlock) => stageFile(context, STAGE, `${id}.edges`);
const summaryFile = (context: StageContext, { id }: SegmentationBlock) => stageFile(context, STAGE, `${id}.summary`);
