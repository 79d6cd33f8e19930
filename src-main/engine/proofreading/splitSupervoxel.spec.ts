import { describe, expect, it } from 'vitest';

import { invertChange } from '#domain/editChange.ts';
import type { SupervoxelRow } from '#domain/editChange.ts';
import { boxShape, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { agglomerate } from '#native/agglomeration.ts';
import { regionGraph } from '#native/regionGraph.ts';

import { LiveSegmentation } from './liveSegmentation.ts';
import { proposeSplit } from './proposeSplit.ts';
import { computeParts, describeDivision } from './splitSupervoxel.ts';
import type { SplitSeed, SplitSources, SupervoxelDivision } from './splitSupervoxel.ts';

const SHAPE: Zyx = [4, 8, 24];
const VOXELS = voxelCount(SHAPE);

/** The part of a volume of `channels` channels that a box holds. */
function crop<Voxels extends Uint8Array | Uint32Array>(volume: Voxels, box: Box, channels: number): Voxels {
  const [z, y, x] = boxShape(box);
  const part = volume.slice(0, channels * z * y * x) as Voxels;
  let at = 0;
  for (let c = 0; c < channels; c++)
    for (let dz = 0; dz < z; dz++)
      for (let dy = 0; dy < y; dy++)
        for (let dx = 0; dx < x; dx++, at++)
          part[at] = volume[c * VOXELS + index([box.min[0] + dz, box.min[1] + dy, box.min[2] + dx])];
  return part;
}

const index = ([z, y, x]: Zyx): number => (z * SHAPE[1] + y) * SHAPE[2] + x;

function rowOf(labels: Uint32Array, id: number): SupervoxelRow {
  const positions: Zyx[] = [];
  labels.forEach((label, i) => {
    if (label === id)
      positions.push([Math.floor(i / SHAPE[2] / SHAPE[1]), Math.floor(i / SHAPE[2]) % SHAPE[1], i % SHAPE[2]]);
  });
  const along = (axis: number): number[] => positions.map((at) => at[axis]);
  return {
    id,
    size: positions.length,
    boxMin: mapZyx((axis) => Math.min(...along(axis))),
    boxMax: mapZyx((axis) => Math.max(...along(axis)) + 1),
    centroid: mapZyx((axis) => along(axis).reduce((a, b) => a + b, 0) / positions.length),
  };
}

/** Supervoxels 1, 2, 3 one after the other along x; 2 spans two neurites with a membrane at x = 12. */
const ALONG_X: Layout = {
  supervoxels: 3,
  labelAt: (_, x) => (x < 6 ? 1 : x < 18 ? 2 : 3),
  affinityAt: (channel, _, x) => (channel === 2 && x === 12 ? 30 : null),
};

interface Layout {
  readonly supervoxels: number;
  readonly labelAt: (y: number, x: number) => number;
  /** Null for that of the inside of a neurite. */
  readonly affinityAt: (channel: number, y: number, x: number) => number | null;
}

async function scene({ supervoxels, labelAt, affinityAt }: Layout = ALONG_X) {
  const labels = new Uint32Array(VOXELS);
  const affinities = new Uint8Array(3 * VOXELS);
  for (let i = 0; i < VOXELS; i++) {
    const [y, x] = [Math.floor(i / SHAPE[2]) % SHAPE[1], i % SHAPE[2]];
    labels[i] = labelAt(y, x);
    for (let c = 0; c < 3; c++) affinities[c * VOXELS + i] = affinityAt(c, y, x) ?? 200 + ((i * 7 + c) % 50);
  }
  const graph = await regionGraph(labels, affinities, SHAPE);
  const rows = Array.from({ length: supervoxels }, (_, i) => rowOf(labels, i + 1));
  const live = await LiveSegmentation.create({
    supervoxels: {
      count: supervoxels,
      sizes: Float64Array.from(rows, ({ size }) => size),
      boxMin: Int32Array.from(rows.flatMap(({ boxMin }) => boxMin)),
      boxMax: Int32Array.from(rows.flatMap(({ boxMax }) => boxMax)),
      centroids: Float64Array.from(rows.flatMap(({ centroid }) => centroid)),
      originalIds: null,
    },
    edges: graph,
    steps: await agglomerate(graph, { supervoxelCount: supervoxels, unit: 255, score: { kind: 'mean' } }),
    shape: SHAPE,
    voxelSizeNm: [10, 10, 10],
    cut: { threshold: 0.5, minSize: 0 },
  });
  const sources: SplitSources = {
    labels: (box) => Promise.resolve(crop(labels, box, 1)),
    affinities: (box) => Promise.resolve(crop(affinities, box, 3)),
  };
  return { live, sources, labels, affinities, rows };
}

const LEFT: Zyx = [2, 4, 7];
const RIGHT: Zyx = [2, 4, 16];

async function divide(
  live: LiveSegmentation,
  sources: SplitSources,
  row: SupervoxelRow,
  seeds: readonly SplitSeed[],
): Promise<SupervoxelDivision> {
  return describeDivision(live, row, await computeParts(live, sources, row, seeds, live.assignment.length));
}

describe('a division', () => {
  it('parts two neurites in one supervoxel at their membrane; edges, steps and links follow', async () => {
    const { live, sources, labels, affinities, rows } = await scene();
    expect([...live.assignment]).toEqual([0, 1, 1, 1]);
    const seeds = [
      { voxel: LEFT, side: 0 },
      { voxel: RIGHT, side: 1 },
    ];
    const division = await divide(live, sources, rows[1], seeds);
    expect([...live.assignment]).toEqual([0, 1, 1, 1]);
    expect(division.parts).toEqual([
      { id: 2, side: 0, voxels: 6 * 32 },
      { id: 4, side: 1, voxels: 6 * 32 },
    ]);
    expect(division.seedParts).toEqual([2, 4]);

    const divided = labels.slice();
    const [, y, x] = boxShape(division.window);
    division.labels.forEach((id, i) => {
      const offset: Zyx = [Math.floor(i / x / y), Math.floor(i / x) % y, i % x];
      if (id !== 0) divided[index(mapZyx((axis) => division.window.min[axis] + offset[axis]))] = id;
    });
    live.apply({ decisions: division.decisions, tables: division.tables });
    const expected = await regionGraph(divided, affinities, SHAPE);
    for (const id of [1, 2, 3, 4]) {
      const found = live.edgeRowsOf(id);
      const columns = ['u', 'v', 'affinitySum', 'contactArea', 'affinityMax', 'contactVoxel'] as const;
      const table = (from: typeof found): unknown[] =>
        Array.from(from.u, (_, i) => columns.map((column) => String(from[column][i])).join(' '))
          .filter((line) => line.split(' ').slice(0, 2).includes(String(id)))
          .sort();
      expect(table(found)).toEqual(table(expected));
    }
    for (const { after } of division.tables.supervoxels) expect(after).toEqual(rowOf(divided, after!.id));
    expect([...live.assignment]).toEqual([0, 1, 1, 3, 3]);

    live.apply(invertChange({ decisions: division.decisions, tables: division.tables }));
    expect([...live.assignment]).toEqual([0, 1, 1, 1, 0]);
  });

  it('lets links go with the part that touches their other end', async () => {
    const { live, sources, rows } = await scene();
    const link = { addMust: [[2, 3] as const], removeMust: [], addCannot: [], removeCannot: [], thresholds: [] };
    live.apply({ decisions: link });
    const seeds = [
      { voxel: LEFT, side: 0 },
      { voxel: RIGHT, side: 1 },
    ];
    const { decisions, tables } = await divide(live, sources, rows[1], seeds);
    expect(decisions).toMatchObject({ removeMust: [[2, 3]], addMust: [[4, 3]] });
    expect(tables.steps).toMatchObject([{ before: [2, 3], after: [4, 3] }]);
    live.apply({ decisions, tables });
    live.apply({ cut: { before: live.cut, after: { threshold: null, minSize: 0 } } });
    expect([...live.assignment]).toEqual([0, 1, 2, 3, 3]);
  });

  it('lets a split part seeds that share a supervoxel, in one edit that is taken back as one', async () => {
    const { live, sources, rows } = await scene();
    const before = [...live.assignment];
    const seeds = [
      [{ supervoxel: 2, voxel: LEFT }],
      [
        { supervoxel: 2, voxel: RIGHT },
        { supervoxel: 3, voxel: [2, 4, 20] as const },
      ],
    ];
    const [best] = await proposeSplit(live, sources, seeds, (id) => rows[id - 1]);
    expect([...live.assignment]).toEqual(before);
    expect(best.sides.map(({ supervoxels }) => [...supervoxels])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(best.voxels).toHaveLength(1);
    const edit = best.edit();
    expect([...live.assignment]).toEqual(before);
    expect(live.previewCut(live.cut)).toEqual(Uint32Array.from(before));
    live.apply(edit);
    expect([...live.assignment]).toEqual([0, 1, 1, 3, 3]);
    live.apply({ cut: { before: live.cut, after: { threshold: 0, minSize: 1000 } } });
    expect([...live.assignment]).toEqual([0, 1, 1, 3, 3]);
    live.apply(invertChange(edit));
    expect([...live.assignment].slice(0, 4)).toEqual(before);
  });

  it('leaves a part alone where nothing else of the object is of its neurite', async () => {
    // 1 runs through two neurites, with a membrane at x = 12; 2 lies along it and belongs to the left one.
    const { live, sources, rows } = await scene({
      supervoxels: 2,
      labelAt: (y) => (y < 4 ? 1 : 2),
      affinityAt: (channel, y, x) =>
        channel === 2 && x === 12 && y < 4 ? 30 : channel === 1 && y === 4 && x >= 12 ? 90 : null,
    });
    const seeds = [[{ supervoxel: 1, voxel: [2, 1, 3] as const }], [{ supervoxel: 1, voxel: [2, 1, 20] as const }]];
    const [best] = await proposeSplit(live, sources, seeds, (id) => rows[id - 1]);
    expect(best.sides.map(({ supervoxels }) => [...supervoxels])).toEqual([[1, 2], [3]]);
    expect(best.sides.map(({ voxels }) => voxels)).toEqual([4 * 4 * 12 + 4 * 4 * 24, 4 * 4 * 12]);
  });

  it('divides two neighbours that are both shared', async () => {
    const { live, sources, rows } = await scene();
    const seeds = [
      [
        { supervoxel: 2, voxel: [2, 1, 16] as const },
        { supervoxel: 3, voxel: [2, 1, 20] as const },
      ],
      [
        { supervoxel: 2, voxel: [2, 6, 16] as const },
        { supervoxel: 3, voxel: [2, 6, 20] as const },
      ],
    ];
    const proposals = await proposeSplit(live, sources, seeds, (id) => rows[id - 1]);
    expect(proposals[0].voxels).toHaveLength(2);
    const edit = proposals[0].edit();
    live.apply(edit);
    const [a, b] = proposals[0].sides.map(
      ({ supervoxels }) => new Set([...supervoxels].map((id) => live.segmentOf(id))),
    );
    expect([a.size, b.size]).toEqual([1, 1]);
    expect([...a]).not.toEqual([...b]);
    live.apply(invertChange(edit));
    expect([...live.assignment].slice(0, 4)).toEqual([0, 1, 1, 1]);
  });

  it('refuses a seed beside the supervoxel', async () => {
    const { live, sources, rows } = await scene();
    const seeds = [
      { voxel: LEFT, side: 0 },
      { voxel: [2, 4, 20] as const, side: 1 },
    ];
    await expect(divide(live, sources, rows[1], seeds)).rejects.toMatchObject({ kind: 'bad-request' });
  });
});
