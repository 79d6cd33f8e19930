import { FascicleError } from '#domain/errors.ts';
import { boxShape, intersectBoxes, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { connectedComponents } from '#native/connectedComponents.ts';
import { addLabelStatistics, createLabelStatistics } from '#native/labelStatistics.ts';
import { relabel } from '#native/relabel.ts';
import { boundaryFromAffinities, seededWatershed } from '#native/seededWatershed.ts';

import type { AffinitySource } from './affinitySource.ts';
import { readArrayFile, writeArrayFile } from './arrayFile.ts';
import type { SegmentationBlock } from './blockPlan.ts';
import { copyBox } from './copyBox.ts';
import { forEachPart, stageFile } from './stageContext.ts';
import type { StageContext } from './stageContext.ts';
import type { SupervoxelFragments } from './supervoxelFragments.ts';
import type { DistanceTransformSettings } from './supervoxelSettings.ts';
import { CELL_LIMITS, planCells } from './watershedCells.ts';
import type { CellLimits, CellSlab, WatershedCell } from './watershedCells.ts';

const STAGE = 'cells';
const MOST_FRAGMENTS = 2 ** 32 - 1;

/** What a cell keeps besides its labels, which are numbered section by section. */
interface CellFile extends Record<string, Uint32Array | BigUint64Array> {
  /** Fragments of each section. */
  readonly sections: Uint32Array;
  readonly voxels: BigUint64Array;
  readonly boxes: Uint32Array;
  readonly coordinateSums: BigUint64Array;
}

/**
 * Supervoxels by distance-transform watershed of the boundary probability 1 - min(affinities): of every slice, or in space. A cell leaves
 * its labels as one file for each block that it shares voxels with. Fragments are numbered slice by slice (in space, cell by cell), so the
 * numbers too are the same for any blocks.
 *
 * @param voxelSizeNm ratios count in space; null for cubes
 */
export async function distanceTransformFragments(
  context: StageContext,
  source: AffinitySource,
  settings: DistanceTransformSettings,
  voxelSizeNm: VoxelSizeNm | null,
  limits: CellLimits = CELL_LIMITS,
): Promise<SupervoxelFragments> {
  const slabs = planCells(settings.method, context.plan.shape, limits);
  await floodCells(context, slabs, source, settings, voxelSizeNm ?? [1, 1, 1]);
  const cells = slabs.flatMap((slab) => slab.cells);
  const { tables, count } = await numberFragments(context, slabs);
  context.onProgress?.({ stage: 'Stitching', done: 1, total: 1, unit: 'steps' });

  const read = async (block: SegmentationBlock, box: Box, tableOf: (cell: WatershedCell) => Uint32Array) => {
    const labels = new Uint32Array(voxelCount(boxShape(box)));
    for (const cell of cells) {
      const piece = intersectBoxes(cell.box, block.box);
      if (!overlap(piece, box)) continue;
      const own = (await readArrayFile<{ labels: Uint32Array }>(pieceFile(context, cell, block))).labels;
      await relabel(own, tableOf(cell), own, { threads: 1 });
      copyBox(own, piece, labels, box);
    }
    return labels;
  };
  const numbers = ({ id }: WatershedCell) => tables.get(id)!;
  const voxelCounts = new BigUint64Array(count);
  for (const cell of cells) {
    const { voxels } = await readCell(context, cell);
    const table = numbers(cell);
    for (let label = 1; label < table.length; label++) voxelCounts[table[label] - 1] = voxels[label];
  }
  return {
    labels: {
      readLabels: (block) => read(block, block.box, numbers),
      readFace: (block, axis) => read(block, lastLayer(block.box, axis), numbers),
    },
    voxelCounts,
    count,
    readMapped: (block, table) => read(block, block.box, (cell) => numbers(cell).map((fragment) => table[fragment])),
    async addTo(builder, table) {
      for (const cell of cells) {
        const { voxels, boxes, coordinateSums } = await readCell(context, cell);
        builder.add(
          numbers(cell).map((fragment) => table[fragment]),
          voxels,
          boxes,
          coordinateSums,
        );
      }
    },
  };
}

async function floodCells(
  context: StageContext,
  slabs: readonly CellSlab[],
  source: AffinitySource,
  settings: DistanceTransformSettings,
  voxelSize: Zyx,
): Promise<void> {
  const perSlice = settings.method === 'distance-transform-2d';
  const parts = slabs.flatMap(({ cells, sections }) => cells.map((cell) => ({ ...cell, sections })));
  // Slices are flooded beside each other, a volume in space by one thread: so one slab at a time, or a cell for each thread.
  const [threads, atATime] = perSlice ? [context.threads, 1] : [1, context.threads];
  const { method, ...params } = settings;
  await forEachPart(
    context,
    { stage: STAGE, label: 'Watershed', facts: { method, voxelSize }, atATime },
    parts,
    async (cell, signal) => {
      const affinities = await source.read(cell.window, signal);
      const shape = boxShape(cell.window);
      const boundary = new Float32Array(voxelCount(shape));
      const channels = perSlice ? [1, 2] : [0, 1, 2];
      await boundaryFromAffinities(affinities, boundary, { channels, reduction: 'minimum' }, { threads, signal });
      let labels: Uint32Array = new Uint32Array(boundary.length);
      const watershed = { ...params, perSlice, voxelSize };
      let count = await seededWatershed(boundary, shape, labels, watershed, { threads, signal });
      if (voxelCount(shape) !== voxelCount(boxShape(cell.box))) {
        const inside = new Uint32Array(voxelCount(boxShape(cell.box)));
        copyBox(labels, cell.window, inside, cell.box);
        count = await connectedComponents(inside, boxShape(cell.box), inside, { threads, signal });
        labels = inside;
      }
      await writeCell(context, cell, labels, count, signal);
    },
  );
}

async function writeCell(
  context: StageContext,
  cell: WatershedCell & { readonly sections: number },
  labels: Uint32Array,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const shape = boxShape(cell.box);
  const statistics = createLabelStatistics(count + 1);
  await addLabelStatistics(statistics, labels, shape, cell.box.min, { threads: 1, signal });
  for (const block of context.plan.blocks) {
    if (!overlap(cell.box, block.box)) continue;
    const piece = intersectBoxes(cell.box, block.box);
    const own = new Uint32Array(voxelCount(boxShape(piece)));
    copyBox(labels, cell.box, own, piece);
    await writeArrayFile(pieceFile(context, cell, block), { labels: own });
  }
  const { voxels, boxes, coordinateSums } = statistics;
  const file: CellFile = { sections: countSections(labels, cell.sections), voxels, boxes, coordinateSums };
  await writeArrayFile(cellFile(context, cell), file);
}

/** Fragments of each of `sections` equal parts of labels that rise from one part to the next. */
function countSections(labels: Uint32Array, sections: number): Uint32Array {
  const counts = new Uint32Array(sections);
  const length = labels.length / sections;
  let before = 0;
  for (let section = 0; section < sections; section++) {
    let highest = before;
    for (let at = section * length; at < (section + 1) * length; at++) if (labels[at] > highest) highest = labels[at];
    counts[section] = highest - before;
    before = highest;
  }
  return counts;
}

/** Fragment of each label of each cell: section after section, and within one in the order of the cells. */
async function numberFragments(
  context: StageContext,
  slabs: readonly CellSlab[],
): Promise<{ tables: Map<string, Uint32Array>; count: number }> {
  const tables = new Map<string, Uint32Array>();
  let count = 0;
  for (const { cells, sections } of slabs) {
    const files = await Promise.all(cells.map((cell) => readCell(context, cell)));
    const own = files.map((file) => new Uint32Array(file.voxels.length));
    const next = files.map(() => 1);
    for (let section = 0; section < sections; section++)
      for (const [i, file] of files.entries())
        for (let label = 0; label < file.sections[section]; label++) own[i][next[i]++] = ++count;
    cells.forEach(({ id }, i) => tables.set(id, own[i]));
  }
  if (count > MOST_FRAGMENTS)
    throw new FascicleError(
      'unsupported',
      `The volume falls into ${count} supervoxels; up to ${MOST_FRAGMENTS} are supported. Segment a part of it, or raise the ` +
        'smallest size of a supervoxel.',
    );
  return { tables, count };
}

const readCell = (context: StageContext, cell: WatershedCell) => readArrayFile<CellFile>(cellFile(context, cell));

function overlap(a: Box, b: Box): boolean {
  return voxelCount(boxShape(intersectBoxes(a, b))) > 0;
}

function lastLayer({ min, max }: Box, axis: 'z' | 'y' | 'x'): Box {
  const along = 'zyx'.indexOf(axis);
  return { min: mapZyx((i) => (i === along ? max[i] - 1 : min[i])), max };
}

const cellFile = (context: StageContext, { id }: WatershedCell) => stageFile(context, STAGE, `${id}.cell`);
const pieceFile = (context: StageContext, cell: WatershedCell, block: SegmentationBlock) =>
  stageFile(context, STAGE, `${cell.id}.in-${block.id}`);
