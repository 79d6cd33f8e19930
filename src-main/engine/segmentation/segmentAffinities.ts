import type { VoxelSizeNm } from '#domain/geometry.ts';
import type { EdgeTable, SupervoxelTable } from '#domain/tables.ts';
import type { WatershedThresholds } from '#native/affinityWatershed.ts';
import { relabel } from '#native/relabel.ts';
import { relabelRegionGraph, sizeGatedMerge } from '#native/regionGraph.ts';
import type { RegionGraph } from '#native/regionGraph.ts';

import type { AffinitySource } from './affinitySource.ts';
import { agglomerateGraph, histogramBins } from './agglomerateGraph.ts';
import type { Agglomeration, ScoreSetting } from './agglomerateGraph.ts';
import type { SegmentationBlock } from './blockPlan.ts';
import { computeFragments, readBlockEdges, readBlockLabels, stitchFragments } from './fragments.ts';
import { computeRegionGraph, mappedLabels } from './regionGraph.ts';
import type { LabelSource } from './regionGraph.ts';
import { forEachBlock } from './stageContext.ts';
import type { StageContext } from './stageContext.ts';
import { buildLevels, openSupervoxelStore } from './supervoxelStore.ts';
import { SupervoxelTableBuilder } from './supervoxelTable.ts';

/** What decides the supervoxels, besides the affinities. */
export interface SupervoxelSettings extends WatershedThresholds {
  /** Voxels below which a fragment joins its strongest neighbour; 0 or 1 leaves all fragments. */
  readonly sizeThreshold: number;
  /** Affinity that the contact to that neighbour must have. */
  readonly mergeLow: number;
}

/** All that decides the result, besides the affinities. */
export interface SegmentationSettings {
  readonly watershed: SupervoxelSettings;
  readonly score: ScoreSetting;
}

/** A segmentation as tables; the voxels lie in the store. */
export interface SegmentationTables extends Agglomeration {
  readonly fragments: number;
  readonly supervoxels: SupervoxelTable;
  readonly edges: EdgeTable;
}

/** Where the supervoxels go: the path of a store, made when it does not exist. */
export interface SupervoxelOutput {
  readonly supervoxels: string;
  readonly voxelSizeNm: VoxelSizeNm | null;
}

/**
 * Affinities to supervoxels, region graph and merge tree. Supervoxels are written to an OME-Zarr store, block by block; the tables are
 * returned. The result depends on affinities and settings alone; a killed run goes on from its finished blocks.
 *
 * @throws FascicleError 'cancelled', 'storage', and what the source throws
 */
export async function segmentAffinities(
  context: StageContext,
  source: AffinitySource,
  settings: SegmentationSettings,
  output: SupervoxelOutput,
): Promise<SegmentationTables> {
  const bins = histogramBins(settings.score);
  const { fragments, supervoxels, edges } = await makeSupervoxels(context, source, settings.watershed, output, bins);
  const agglomeration = await agglomerateGraph(context, settings.score, edges, supervoxels.count);
  return { fragments, supervoxels, edges: edgeTable(edges), ...agglomeration };
}

/** Supervoxels and their graph. A function of its own, so that the much larger graph of the fragments is not held longer. */
async function makeSupervoxels(
  context: StageContext,
  source: AffinitySource,
  settings: SupervoxelSettings,
  output: SupervoxelOutput,
  bins: number,
): Promise<{ fragments: number; supervoxels: SupervoxelTable; edges: RegionGraph }> {
  const fragments = await joinFragments(context, source, settings);
  const graph = await computeRegionGraph(context, source, fragments.labels, bins);
  const gate = await applySizeGate(context, settings, fragments, graph);
  const edges = await relabelRegionGraph(graph, gate.table, { signal: context.signal });
  return { fragments: fragments.count, supervoxels: await writeSupervoxels(context, output, fragments, gate), edges };
}

/**
 * Affinities to supervoxels alone.
 *
 * @returns the number of fragments before, and of supervoxels after the size-gated merge
 * @throws as `segmentAffinities`
 */
export async function watershedOnly(
  context: StageContext,
  source: AffinitySource,
  settings: SupervoxelSettings,
  output: SupervoxelOutput,
): Promise<{ fragments: number; supervoxels: number }> {
  const fragments = await joinFragments(context, source, settings);
  const graph = settings.sizeThreshold > 1 ? await computeRegionGraph(context, source, fragments.labels, 0) : null;
  const gate = await applySizeGate(context, settings, fragments, graph);
  const supervoxels = await writeSupervoxels(context, output, fragments, gate);
  return { fragments: fragments.count, supervoxels: supervoxels.count };
}

/** The fragments of all blocks, numbered over the volume. */
interface Fragments {
  /** Fragment of each label of a block. */
  readonly tableOf: (block: SegmentationBlock) => Uint32Array;
  readonly labels: LabelSource;
  /** Voxels of fragment i + 1. */
  readonly voxelCounts: BigUint64Array;
  /** How many there were before blocks merged ahead. */
  readonly count: number;
}

/** Supervoxel of each fragment, element 0 for none, and how many there are. */
interface Gate {
  readonly table: Uint32Array;
  readonly count: number;
}

async function joinFragments(
  context: StageContext,
  source: AffinitySource,
  settings: SupervoxelSettings,
): Promise<Fragments> {
  // Blocks merge ahead what the size gate is sure to merge: noisy affinities make fragments of tens of voxels.
  const gate = settings.sizeThreshold > 1 ? gateOf(settings) : undefined;
  await computeFragments(context, source, { low: settings.low, high: settings.high, gate });
  const { tables, voxelCounts, merges } = await stitchFragments(context);
  const byBlock = new Map(context.plan.blocks.map(({ id }, i) => [id, tables[i]]));
  const tableOf = ({ id }: SegmentationBlock) => byBlock.get(id)!;
  const labels = mappedLabels(
    (block) => readBlockLabels(context, block),
    async (block, axis) => (await readBlockEdges(context, block))[axis],
    tableOf,
  );
  return { tableOf, labels, voxelCounts, count: voxelCounts.length + merges };
}

function gateOf({ sizeThreshold, mergeLow }: SupervoxelSettings) {
  return { sizeThreshold, gateAffinity: mergeLow };
}

async function applySizeGate(
  context: StageContext,
  settings: SupervoxelSettings,
  { voxelCounts }: Fragments,
  graph: RegionGraph | null,
): Promise<Gate> {
  if (graph === null || settings.sizeThreshold <= 1)
    return { table: Uint32Array.from({ length: voxelCounts.length + 1 }, (_, id) => id), count: voxelCounts.length };
  const merged = await sizeGatedMerge(graph, voxelCounts, gateOf(settings), { signal: context.signal });
  return { table: merged.table, count: merged.voxelCounts.length };
}

/** Writes the store and adds up the statistics of what was written. */
async function writeSupervoxels(
  context: StageContext,
  output: SupervoxelOutput,
  fragments: Fragments,
  gate: Gate,
): Promise<SupervoxelTable> {
  const tableOf = (block: SegmentationBlock) => fragments.tableOf(block).map((fragment) => gate.table[fragment]);
  const store = await openSupervoxelStore(output.supervoxels, context.plan.shape, output.voxelSizeNm);
  try {
    await forEachBlock(context, 'supervoxels', 'Writing supervoxels', async (block, signal) => {
      const labels = await readBlockLabels(context, block);
      await relabel(labels, tableOf(block), labels, { threads: 1, signal });
      await store.write(block.box, labels);
    });
    await buildLevels(store, context);
  } finally {
    await store.close();
  }
  const builder = new SupervoxelTableBuilder(gate.count);
  for (const block of context.plan.blocks) {
    const { voxels, boxes, coordinateSums } = await readBlockEdges(context, block);
    builder.add(tableOf(block), voxels, boxes, coordinateSums);
  }
  return builder.build(null);
}

/** The region graph as the project stores it. */
export function edgeTable({ bins, histogram, contactAxis, ...edges }: RegionGraph): EdgeTable {
  return edges;
}
