import { boxShape, translateBox } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import { addLabelStatistics, createLabelStatistics } from '#native/labelStatistics.ts';
import { distinctIds, toDenseIds } from '#native/relabel.ts';
import { asLabels } from '#volumes/labelVoxels.ts';
import type { VolumeReader } from '#volumes/volume.ts';

import type { AffinitySource } from './affinitySource.ts';
import { agglomerateGraph } from './agglomerateGraph.ts';
import { readArrayFile, writeArrayFile } from './arrayFile.ts';
import type { SegmentationBlock } from './blockPlan.ts';
import { highFaces } from './faces.ts';
import { computeRegionGraph } from './regionGraph.ts';
import { edgeTable } from './segmentAffinities.ts';
import type { SegmentationTables, SupervoxelOutput } from './segmentAffinities.ts';
import { forEachBlock, stageFile } from './stageContext.ts';
import type { StageContext } from './stageContext.ts';
import { buildLevels, openSupervoxelStore } from './supervoxelStore.ts';
import { SupervoxelTableBuilder } from './supervoxelTable.ts';

const SINGLE = { threads: 1 } as const;

/** What the dense labels of a block leave behind. `ids` are the supervoxels whose statistics follow. */
interface BlockFile extends Record<string, Uint32Array | BigUint64Array> {
  z: Uint32Array;
  y: Uint32Array;
  x: Uint32Array;
  ids: Uint32Array;
  voxels: BigUint64Array;
  boxes: Uint32Array;
  coordinateSums: BigUint64Array;
}

/**
 * A label volume from elsewhere as supervoxels with a region graph. Ids of any width become 1..N in rising order; the
 * originals are kept. Without affinities the graph knows contacts only, and nothing merges by a threshold.
 *
 * @param source affinities of the same voxels, or null
 * @throws FascicleError 'cancelled', 'storage', 'bad-file' for negative ids
 */
export async function importLabels(
  context: StageContext,
  labels: { readonly reader: VolumeReader; readonly region: Box },
  source: AffinitySource | null,
  output: SupervoxelOutput,
): Promise<SegmentationTables> {
  const originalIds = await collectIds(context, labels);
  await writeDenseLabels(context, labels, originalIds, output);

  const store = await openSupervoxelStore(output.supervoxels, context.plan.shape, output.voxelSizeNm);
  try {
    const graph = await computeRegionGraph(
      context,
      source ?? noAffinities(context.plan.shape),
      {
        readLabels: async (block) => (await store.read(block.box)) as Uint32Array,
        readFace: async (block, axis) => (await readBlock(context, block))[axis],
      },
      0,
    );
    const builder = new SupervoxelTableBuilder(originalIds.length);
    for (const block of context.plan.blocks) {
      const { ids, voxels, boxes, coordinateSums } = await readBlock(context, block);
      builder.add(ids, voxels, boxes, coordinateSums);
    }
    const agglomeration = await agglomerateGraph(context, { kind: 'mean' }, graph, originalIds.length);
    await buildLevels(store, context);
    return {
      fragments: originalIds.length,
      supervoxels: builder.build(originalIds),
      edges: edgeTable(graph),
      ...agglomeration,
    };
  } finally {
    await store.close();
  }
}

/** Every id of the volume but 0, rising. */
async function collectIds(
  context: StageContext,
  { reader, region }: { reader: VolumeReader; region: Box },
): Promise<BigUint64Array> {
  const file = (block: SegmentationBlock) => stageFile(context, 'ids', block.id);
  await forEachBlock(context, 'ids', 'Reading ids', async (block, signal) => {
    const voxels = asLabels(await reader.read(translateBox(block.box, region.min), { signal }), reader.info.source);
    const wide = voxels instanceof BigUint64Array || voxels instanceof Uint32Array ? voxels : Uint32Array.from(voxels);
    const ids = await distinctIds<Uint32Array | BigUint64Array>(wide, { ...SINGLE, signal });
    await writeArrayFile(file(block), { ids: BigUint64Array.from(ids, BigInt) });
  });
  const all = new Set<bigint>();
  for (const block of context.plan.blocks)
    for (const id of (await readArrayFile<{ ids: BigUint64Array }>(file(block))).ids) all.add(id);
  return BigUint64Array.from(all).sort();
}

async function writeDenseLabels(
  context: StageContext,
  { reader, region }: { reader: VolumeReader; region: Box },
  originalIds: BigUint64Array,
  output: SupervoxelOutput,
): Promise<void> {
  const store = await openSupervoxelStore(output.supervoxels, context.plan.shape, output.voxelSizeNm);
  try {
    await forEachBlock(context, 'labels', 'Writing supervoxels', async (block, signal) => {
      const voxels = asLabels(await reader.read(translateBox(block.box, region.min), { signal }), reader.info.source);
      const wide = voxels instanceof BigUint64Array ? voxels : BigUint64Array.from(voxels, BigInt);
      const dense = new Uint32Array(wide.length);
      await toDenseIds(wide, originalIds, dense, { ...SINGLE, signal });
      await store.write(block.box, dense);
      await writeArrayFile(stageFile(context, 'labels', block.id), await describeBlock(dense, block));
    });
  } finally {
    await store.close();
  }
}

async function describeBlock(dense: Uint32Array, block: SegmentationBlock): Promise<BlockFile> {
  const shape = boxShape(block.box);
  const present = await distinctIds(dense, SINGLE);
  const local = new Uint32Array(dense.length);
  await toDenseIds(dense, present, local, SINGLE);
  const statistics = createLabelStatistics(present.length + 1);
  await addLabelStatistics(statistics, local, shape, block.box.min, SINGLE);
  const ids = new Uint32Array(present.length + 1);
  ids.set(present, 1);
  return { ...highFaces(dense, shape), ids, ...statistics };
}

const readBlock = (context: StageContext, { id }: SegmentationBlock): Promise<BlockFile> =>
  readArrayFile<BlockFile>(stageFile(context, 'labels', id));

/** Zero everywhere: contacts are counted, and no edge scores. */
function noAffinities(shape: readonly [number, number, number]): AffinitySource {
  return {
    shape,
    type: 'uint8',
    read: (box) => Promise.resolve(new Uint8Array(3 * boxShape(box).reduce((product, n) => product * n, 1))),
  };
}
