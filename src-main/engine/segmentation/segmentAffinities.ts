import type { VoxelSizeNm } from '#domain/geometry.ts';
import type { EdgeTable, SupervoxelTable } from '#domain/tables.ts';
import { relabelRegionGraph, sizeGatedMerge } from '#native/regionGraph.ts';
import type { RegionGraph } from '#native/regionGraph.ts';

import type { AffinitySource } from './affinitySource.ts';
import { agglomerateGraph, histogramBins } from './agglomerateGraph.ts';
import type { Agglomeration, ScoreSetting } from './agglomerateGraph.ts';
import { affinityFragments, gateOf } from './affinityFragments.ts';
import { distanceTransformFragments } from './distanceTransformFragments.ts';
import { computeRegionGraph } from './regionGraph.ts';
import { forEachBlock } from './stageContext.ts';
import type { StageContext } from './stageContext.ts';
import { buildLevels, openSupervoxelStore } from './supervoxelStore.ts';
import type { SupervoxelFragments } from './supervoxelFragments.ts';
import type { AffinityWatershedSettings, SupervoxelSettings } from './supervoxelSettings.ts';
import { SupervoxelTableBuilder } from './supervoxelTable.ts';

/** All that decides the result, besides the affinities. */
export interface SegmentationSettings {
  readonly supervoxels: SupervoxelSettings;
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
  const { fragments, supervoxels, edges } = await makeSupervoxels(context, source, settings.supervoxels, output, bins);
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
  const fragments = await makeFragments(context, source, settings, output);
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
  const fragments = await makeFragments(context, source, settings, output);
  const graph = hasSizeGate(settings) ? await computeRegionGraph(context, source, fragments.labels, 0) : null;
  const gate = await applySizeGate(context, settings, fragments, graph);
  const supervoxels = await writeSupervoxels(context, output, fragments, gate);
  return { fragments: fragments.count, supervoxels: supervoxels.count };
}

/** Supervoxel of each fragment, element 0 for none, and how many there are. */
interface Gate {
  readonly table: Uint32Array;
  readonly count: number;
}

function makeFragments(
  context: StageContext,
  source: AffinitySource,
  settings: SupervoxelSettings,
  { voxelSizeNm }: SupervoxelOutput,
): Promise<SupervoxelFragments> {
  return settings.method === 'watershed'
    ? affinityFragments(context, source, settings)
    : distanceTransformFragments(context, source, settings, voxelSizeNm);
}

/** Whether fragments are merged by size afterwards; the distance-transform watershed sees to sizes itself. */
function hasSizeGate(settings: SupervoxelSettings): settings is AffinityWatershedSettings {
  return settings.method === 'watershed' && settings.sizeThreshold > 1;
}

async function applySizeGate(
  context: StageContext,
  settings: SupervoxelSettings,
  { voxelCounts }: SupervoxelFragments,
  graph: RegionGraph | null,
): Promise<Gate> {
  if (graph === null || !hasSizeGate(settings))
    return { table: Uint32Array.from({ length: voxelCounts.length + 1 }, (_, id) => id), count: voxelCounts.length };
  const merged = await sizeGatedMerge(graph, voxelCounts, gateOf(settings), { signal: context.signal });
  return { table: merged.table, count: merged.voxelCounts.length };
}

/** Writes the store and adds up the statistics of what was written. */
async function writeSupervoxels(
  context: StageContext,
  output: SupervoxelOutput,
  fragments: SupervoxelFragments,
  gate: Gate,
): Promise<SupervoxelTable> {
  const store = await openSupervoxelStore(output.supervoxels, context.plan.shape, output.voxelSizeNm);
  try {
    await forEachBlock(context, 'supervoxels', 'Writing supervoxels', async (block, signal) =>
      store.write(block.box, await fragments.readMapped(block, gate.table, signal)),
    );
    await buildLevels(store, context);
  } finally {
    await store.close();
  }
  const builder = new SupervoxelTableBuilder(gate.count);
  await fragments.addTo(builder, gate.table);
  return builder.build(null);
}

/** The region graph as the project stores it. */
export function edgeTable({ bins, histogram, contactAxis, ...edges }: RegionGraph): EdgeTable {
  return edges;
}
