import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';
import { proposeMerge, proposeSegmentSplit } from '#engine/proofreading/proposeDecisions.ts';
import type { AffinitySource } from '#engine/segmentation/affinitySource.ts';
import type { ScoreSetting } from '#engine/segmentation/agglomerateGraph.ts';
import { planBlocks } from '#engine/segmentation/blockPlan.ts';
import { segmentAffinities } from '#engine/segmentation/segmentAffinities.ts';
import type { SegmentationTables } from '#engine/segmentation/segmentAffinities.ts';
import { DEFAULT_SETTINGS } from '#engine/segmentation/settings.ts';
import { cutMergeTree } from '#native/agglomeration.ts';
import { ContingencyTable } from '#native/metrics.ts';
import { paintPhantom, paintPhantomAffinities } from '#native/phantom.ts';
import { relabel } from '#native/relabel.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

/** Multicut of a volume whose truth is known, beside the greedy agglomeration of the same supervoxels. */

const SHAPE: Zyx = [24, 200, 200];
const PHANTOM = { seed: 2 };
const MULTICUT = { kind: 'multicut', beta: 0.8, byContactArea: true } as const;

const source: AffinitySource = {
  shape: SHAPE,
  type: 'uint8',
  async read(box) {
    const affinities = new Uint8Array(3 * voxelCount(boxShape(box)));
    await paintPhantomAffinities(PHANTOM, { origin: box.min, shape: boxShape(box), affinities }, { threads: 1 });
    return affinities;
  },
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-multicut-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function segment(score: ScoreSetting, edge: number, threads: number) {
  const workDirectory = join(folder, `${score.kind}-${edge}-${threads}`);
  const supervoxels = join(workDirectory, 'supervoxels.zarr');
  const settings = { supervoxels: DEFAULT_SETTINGS.supervoxels, score };
  const context = { plan: planBlocks(SHAPE, edge), workDirectory, parameters: settings, threads };
  const tables = await segmentAffinities(context, source, settings, { supervoxels, voxelSizeNm: null });
  const reader = await openVolume(supervoxels, { role: 'labels' });
  const labels = (await readWhole(reader)) as Uint32Array;
  await reader.close();
  return { tables, labels };
}

const cutAt = ({ steps, supervoxels }: SegmentationTables, threshold: number) =>
  cutMergeTree(steps, supervoxels.sizes, { threshold, minSize: 0 });

describe('multicut of a phantom', () => {
  it('is near the truth as the greedy agglomeration at its best threshold is, and the same in any blocks', async () => {
    const truth = new Uint32Array(voxelCount(SHAPE));
    await paintPhantom(PHANTOM, { origin: [0, 0, 0], shape: SHAPE, labels: truth });
    const mean = await segment({ kind: 'mean' }, 256, 2);
    const multicut = await segment(MULTICUT, 256, 2);
    expect(multicut.labels).toEqual(mean.labels);
    const variation = async (tables: SegmentationTables, threshold: number) => {
      const segments = new Uint32Array(truth.length);
      await relabel(mean.labels, await cutAt(tables, threshold), segments);
      const table = new ContingencyTable();
      await table.add(segments, truth);
      const { voiSplit, voiMerge } = await table.scores();
      return voiSplit + voiMerge;
    };
    const thresholds = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9];
    const best = Math.min(...(await Promise.all(thresholds.map((each) => variation(mean.tables, each)))));
    expect(best).toBeLessThan(0.5);
    expect(await variation(multicut.tables, 0.5)).toBeLessThan(best + 0.05);
    // The slider is another beta: far to either side is worse.
    expect(await variation(multicut.tables, 0.05)).toBeGreaterThan(best + 0.2);
    expect(await variation(multicut.tables, 0.95)).toBeGreaterThan(best + 0.2);

    expect(multicut.tables.multicut!.energy).toBeLessThanOrEqual(multicut.tables.multicut!.contractionEnergy);
    const again = await segment(MULTICUT, 64, 1);
    expect(again.labels).toEqual(multicut.labels);
    expect(again.tables).toEqual(multicut.tables);
  });

  it('is proofread like any other: decisions hold whatever the threshold', async () => {
    const { tables } = await segment(MULTICUT, 256, 2);
    const live = await LiveSegmentation.create({
      ...tables,
      cut: { threshold: 0.5, minSize: 0 },
      shape: SHAPE,
      voxelSizeNm: [30, 6, 6],
    });
    const base = await cutAt(tables, 0.5);
    expect(live.assignment).toEqual(base);
    const { u, v } = tables.edges;
    const within = u.findIndex((each, i) => base[each] === base[v[i]]);
    const between = u.findIndex((each, i) => base[each] !== base[v[i]] && base[each] !== base[u[within]]);
    const [split] = await proposeSegmentSplit(live, [[u[within]], [v[within]]]);
    live.apply({ decisions: split.change() });
    live.apply({ decisions: proposeMerge(live, u[between], v[between]).change });
    for (const threshold of [0.5, 0.2, 0.7]) {
      live.apply({ cut: { before: live.cut, after: { threshold, minSize: 0 } } });
      expect(live.assignment[u[within]]).not.toBe(live.assignment[v[within]]);
      expect(live.assignment[u[between]]).toBe(live.assignment[v[between]]);
    }
  });
});
