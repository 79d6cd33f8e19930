import { relabel } from '#native/relabel.ts';

import type { AffinitySource } from './affinitySource.ts';
import type { SegmentationBlock } from './blockPlan.ts';
import { computeFragments, readBlockEdges, readBlockLabels, stitchFragments } from './fragments.ts';
import { mappedLabels } from './regionGraph.ts';
import type { StageContext } from './stageContext.ts';
import type { SupervoxelFragments } from './supervoxelFragments.ts';
import type { AffinityWatershedSettings } from './supervoxelSettings.ts';

/** The fragments of the affinity watershed: of each block, then stitched to those of the volume. */
export async function affinityFragments(
  context: StageContext,
  source: AffinitySource,
  settings: AffinityWatershedSettings,
): Promise<SupervoxelFragments> {
  // Blocks merge ahead what the size gate is sure to merge: noisy affinities make fragments of tens of voxels.
  const gate = settings.sizeThreshold > 1 ? gateOf(settings) : undefined;
  await computeFragments(context, source, { low: settings.low, high: settings.high, gate });
  const { tables, voxelCounts, merges } = await stitchFragments(context);
  const byBlock = new Map(context.plan.blocks.map(({ id }, i) => [id, tables[i]]));
  const tableOf = ({ id }: SegmentationBlock) => byBlock.get(id)!;
  const composed = (block: SegmentationBlock, table: Uint32Array) => tableOf(block).map((fragment) => table[fragment]);
  return {
    labels: mappedLabels(
      (block) => readBlockLabels(context, block),
      async (block, axis) => (await readBlockEdges(context, block))[axis],
      tableOf,
    ),
    voxelCounts,
    count: voxelCounts.length + merges,
    async readMapped(block, table, signal) {
      const labels = await readBlockLabels(context, block);
      await relabel(labels, composed(block, table), labels, { threads: 1, signal });
      return labels;
    },
    async addTo(builder, table) {
      for (const block of context.plan.blocks) {
        const { voxels, boxes, coordinateSums } = await readBlockEdges(context, block);
        builder.add(composed(block, table), voxels, boxes, coordinateSums);
      }
    },
  };
}

/** The gate that the size-gated merge takes. */
export function gateOf({ sizeThreshold, mergeLow }: AffinityWatershedSettings) {
  return { sizeThreshold, gateAffinity: mergeLow };
}
