import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { blocksCovering, boxOfShape, voxelCount, type Zyx } from '#domain/geometry.ts';

import {
  mergeRegionGraphs,
  regionGraph,
  regionGraphBlock,
  relabelRegionGraph,
  sizeGatedMerge,
  type RegionGraph,
} from './regionGraph.ts';

const BINS = 4;
const edge = fc.integer({ min: 1, max: 6 });
const shapes: fc.Arbitrary<Zyx> = fc.tuple(edge, edge, edge);
const volumes = shapes.chain((shape) => {
  const voxels = voxelCount(shape);
  return fc.record({
    shape: fc.constant(shape),
    labels: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: voxels, maxLength: voxels }),
    affinities: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3 * voxels, maxLength: 3 * voxels }),
    block: shapes,
  });
});

/** Every contact of the volume, one by one. */
function reference(labels: readonly number[], affinities: readonly number[], shape: Zyx): RegionGraph {
  const edges = new Map<
    number,
    { sum: number; count: number; max: number; voxel: number; axis: number; histogram: number[] }
  >();
  const steps = [shape[1] * shape[2], shape[2], 1];
  for (let p = 0; p < labels.length; p++) {
    const position = [Math.floor(p / steps[0]), Math.floor(p / steps[1]) % shape[1], p % shape[2]];
    for (let c = 0; c < 3; c++) {
      const [a, b] = [labels[p], labels[p - steps[c]]];
      if (position[c] === 0 || a === 0 || b === 0 || a === b) continue;
      const key = Math.min(a, b) * 1000 + Math.max(a, b);
      const value = affinities[c * labels.length + p];
      const entry = edges.get(key) ?? {
        sum: 0,
        count: 0,
        max: -1,
        voxel: 0,
        axis: 0,
        histogram: new Array<number>(BINS).fill(0),
      };
      if (value > entry.max) Object.assign(entry, { max: value, voxel: p, axis: c });
      entry.sum += value;
      entry.count += 1;
      entry.histogram[Math.floor((value * BINS) / 256)] += 1;
      edges.set(key, entry);
    }
  }
  const rows = [...edges].sort(([a], [b]) => a - b);
  return {
    affinityUnit: 255,
    bins: BINS,
    u: Uint32Array.from(rows, ([key]) => Math.floor(key / 1000)),
    v: Uint32Array.from(rows, ([key]) => key % 1000),
    affinitySum: BigUint64Array.from(rows, ([, row]) => BigInt(row.sum)),
    contactArea: Uint32Array.from(rows, ([, row]) => row.count),
    affinityMax: Uint32Array.from(rows, ([, row]) => row.max),
    contactVoxel: BigUint64Array.from(rows, ([, row]) => BigInt(row.voxel)),
    contactAxis: Uint8Array.from(rows, ([, row]) => row.axis),
    histogram: Uint32Array.from(rows.flatMap(([, row]) => row.histogram)),
  };
}

describe('regionGraph', () => {
  it('counts every contact once, whole or block by block', async () => {
    await fc.assert(
      fc.asyncProperty(volumes, async ({ shape, labels, affinities, block }) => {
        const expected = reference(labels, affinities, shape);
        const labelWindow = { labels: Uint32Array.from(labels), box: boxOfShape(shape) };
        const window = { affinities: Uint8Array.from(affinities), box: boxOfShape(shape) };
        const whole = await regionGraph(labelWindow.labels, window.affinities, shape, { bins: BINS, block });
        expect(whole).toEqual(expected);
        const parts = await Promise.all(
          blocksCovering(boxOfShape(shape), block).map((part) =>
            regionGraphBlock(labelWindow, window, shape, part, { bins: BINS }),
          ),
        );
        expect(await mergeRegionGraphs(parts.reverse())).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('collapses through a table like the graph of the relabelled volume', async () => {
    const table = Uint32Array.from([0, 1, 1, 2, 0, 3, 2]);
    await fc.assert(
      fc.asyncProperty(volumes, async ({ shape, labels, affinities }) => {
        const relabelled = labels.map((label) => table[label]);
        expect(await relabelRegionGraph(reference(labels, affinities, shape), table)).toEqual(
          reference(relabelled, affinities, shape),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('names the wrong argument', async () => {
    const labels = new Uint32Array(8);
    await expect(regionGraph(labels, new Uint8Array(3), [2, 2, 2])).rejects.toMatchObject({
      kind: 'bad-request',
      message: 'regionGraph: `affinities` is 3 elements; accepted: 24 elements',
    });
    await expect(regionGraph(labels, new Uint8Array(24), [2, 2, 2], { bins: 257 })).rejects.toMatchObject({
      message: 'regionGraph: `bins` is 257; accepted: a whole number from 0 to 256',
    });
    const bytes = reference([1, 2], [0, 0, 0, 0, 0, 9], [1, 1, 2]);
    await expect(mergeRegionGraphs([bytes, { ...bytes, affinityUnit: 1 << 24 }])).rejects.toMatchObject({
      message: 'mergeRegionGraphs: found affinityUnit 255, 16777216; accepted: graphs that agree in affinityUnit',
    });
    await expect(relabelRegionGraph(bytes, new Uint32Array(2))).rejects.toMatchObject({ kind: 'bad-request' });
  });
});

describe('sizeGatedMerge', () => {
  it('gives fragments below the size to their strongest neighbour and renumbers', async () => {
    const graph = {
      u: Uint32Array.from([1, 2, 3]),
      v: Uint32Array.from([2, 3, 4]),
      affinityMax: Uint32Array.from([100, 200, 20]),
      affinityUnit: 255,
      contactVoxel: BigUint64Array.from([9n, 8n, 7n]),
      contactAxis: new Uint8Array(3),
    };
    const voxelCounts = BigUint64Array.from([50n, 5n, 50n, 5n]);
    const merged = await sizeGatedMerge(graph, voxelCounts, { sizeThreshold: 10, gateAffinity: 0.2, dustThreshold: 6 });
    expect([...merged.table]).toEqual([0, 1, 2, 2, 0]);
    expect([...merged.voxelCounts]).toEqual([50n, 55n]);
  });
});
