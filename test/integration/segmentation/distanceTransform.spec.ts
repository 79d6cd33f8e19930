import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { AffinitySource } from '#engine/segmentation/affinitySource.ts';
import { agglomerateGraph } from '#engine/segmentation/agglomerateGraph.ts';
import { planBlocks } from '#engine/segmentation/blockPlan.ts';
import { distanceTransformFragments } from '#engine/segmentation/distanceTransformFragments.ts';
import { computeRegionGraph } from '#engine/segmentation/regionGraph.ts';
import { DISTANCE_TRANSFORM_DEFAULTS } from '#engine/segmentation/supervoxelSettings.ts';
import type { DistanceTransformSettings } from '#engine/segmentation/supervoxelSettings.ts';
import { SupervoxelTableBuilder } from '#engine/segmentation/supervoxelTable.ts';
import { CELL_LIMITS } from '#engine/segmentation/watershedCells.ts';
import type { CellLimits } from '#engine/segmentation/watershedCells.ts';
import { paintPhantomAffinities } from '#native/phantom.ts';

/** Supervoxels by distance transform and their multicut, slab by slab, against the whole volume at once. */

const MULTICUT = { kind: 'multicut', beta: 0.4, byContactArea: true } as const;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-cells-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The affinities of a phantom, whose voxels are those of its seed wherever they are asked for. */
function phantomSource(shape: Zyx, seed: number): AffinitySource & { readonly reads: Box[] } {
  const reads: Box[] = [];
  return {
    shape,
    type: 'uint8',
    reads,
    async read(box) {
      reads.push(box);
      const affinities = new Uint8Array(3 * voxelCount(boxShape(box)));
      await paintPhantomAffinities({ seed }, { origin: box.min, shape: boxShape(box), affinities }, { threads: 1 });
      return affinities;
    },
  };
}

interface Way {
  readonly edge: number;
  readonly threads: number;
  readonly limits?: CellLimits;
  readonly name: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: Parameters<typeof agglomerateGraph>[0]['onProgress'];
}

/** Supervoxels as an array and as a table, region graph, multicut. */
async function segment(source: AffinitySource, settings: DistanceTransformSettings, way: Way) {
  const plan = planBlocks(source.shape, way.edge);
  const { threads, signal, onProgress } = way;
  const context = { plan, workDirectory: join(folder, way.name), parameters: settings, threads, signal, onProgress };
  const fragments = await distanceTransformFragments(context, source, settings, [30, 6, 6], way.limits);
  const graph = await computeRegionGraph(context, source, fragments.labels, 0);
  const count = fragments.voxelCounts.length;
  const identity = Uint32Array.from({ length: count + 1 }, (_, id) => id);
  const labels = new Uint32Array(voxelCount(source.shape));
  const [, height, width] = source.shape;
  for (const block of plan.blocks) {
    const own = await fragments.readMapped(block, identity);
    const [depth, rows, columns] = boxShape(block.box);
    const [z0, y0, x0] = block.box.min;
    for (let z = 0; z < depth; z++)
      for (let y = 0; y < rows; y++)
        labels.set(
          own.subarray((z * rows + y) * columns, (z * rows + y + 1) * columns),
          ((z0 + z) * height + y0 + y) * width + x0,
        );
  }
  const builder = new SupervoxelTableBuilder(count);
  await fragments.addTo(builder, identity);
  const { steps, multicut } = await agglomerateGraph({}, MULTICUT, graph, count);
  return { labels, graph, steps, multicut, table: builder.build(null), voxelCounts: fragments.voxelCounts };
}

const settingsOf = (method: DistanceTransformSettings['method'], minSize = 30): DistanceTransformSettings => ({
  method,
  ...DISTANCE_TRANSFORM_DEFAULTS,
  minSize,
});

describe('supervoxels by distance transform', () => {
  it('of slices, their graph and its multicut are the same slab by slab as at once, in any blocks', async () => {
    let run = 0;
    let most = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 40, max: 100 }), fc.integer({ min: 40, max: 140 })),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (shape, seed, slices, areWide) => {
          const source = phantomSource(shape, seed);
          const settings = settingsOf('distance-transform-2d');
          // Slices that are too wide come in parts, beside each other in one slab.
          const limits = areWide ? { ...CELL_LIMITS, widestSlice: 48, sliceMargin: 12 } : CELL_LIMITS;
          const whole = await segment(source, settings, { edge: 256, threads: 2, limits, name: `whole-${run}` });
          const cellVoxels = areWide ? 48 * 48 : shape[1] * shape[2];
          const inSlabs = await segment(source, settings, {
            ...{ edge: 64, threads: 1, name: `slabs-${run++}` },
            limits: { ...limits, slabVoxels: slices * cellVoxels },
          });
          expect(inSlabs).toEqual(whole);
          most = Math.max(most, whole.voxelCounts.length);
        },
      ),
      { numRuns: 15 },
    );
    expect(most).toBeGreaterThan(50);
  });

  it('never reach from one slice into another, and leave no voxel out', async () => {
    const shape: Zyx = [5, 120, 130];
    const { labels, voxelCounts } = await segment(phantomSource(shape, 3), settingsOf('distance-transform-2d', 100), {
      ...{ edge: 64, threads: 2, name: 'slices' },
    });
    const plane = shape[1] * shape[2];
    const sliceOf = new Map<number, number>();
    labels.forEach((label, at) => {
      const z = Math.floor(at / plane);
      if ((sliceOf.get(label) ?? z) !== z) throw new Error(`supervoxel ${label} lies in two slices`);
      sliceOf.set(label, z);
    });
    expect([...sliceOf.keys()].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: voxelCounts.length }, (_, i) => i + 1),
    );
    expect(voxelCounts.every((voxels) => voxels >= 100n)).toBe(true);
  });

  it('in space reach through slices, and are the same in any blocks and threads, over the borders of cells too', async () => {
    const shape: Zyx = [20, 90, 100];
    const source = phantomSource(shape, 5);
    const settings = settingsOf('distance-transform-3d');
    const limits = { ...CELL_LIMITS, cellEdge: 48, cellMargin: 8 };
    const one = await segment(source, settings, { edge: 64, threads: 2, limits, name: 'small-blocks' });
    expect(await segment(source, settings, { edge: 128, threads: 1, limits, name: 'large-blocks' })).toEqual(one);
    const { boxMin, boxMax, count } = one.table;
    const depths = Array.from({ length: count }, (_, i) => boxMax[3 * i] - boxMin[3 * i]);
    expect(Math.max(...depths)).toBeGreaterThan(5);
  });

  it('go on after a stop where they were', async () => {
    const shape: Zyx = [12, 60, 70];
    const source = phantomSource(shape, 7);
    const settings = settingsOf('distance-transform-2d');
    const limits = { ...CELL_LIMITS, slabVoxels: 2 * 60 * 70 };
    const undisturbed = await segment(source, settings, { edge: 64, threads: 1, limits, name: 'undisturbed' });
    const controller = new AbortController();
    const way = { edge: 64, threads: 1, limits, name: 'stopped' };
    const stopped = segment(source, settings, {
      ...way,
      signal: controller.signal,
      onProgress: ({ stage, done }) => {
        if (stage === 'Watershed' && done === 3) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' });
    const again = phantomSource(shape, 7);
    expect(await segment(again, settings, way)).toEqual(undisturbed);
    // Three of six slabs were finished; the rest and the one block of the graph were read.
    expect(again.reads).toHaveLength(3 + 2);
  });
});
