import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { MergeSteps } from '#domain/tables.ts';

import { agglomerate, cutMergeTree, type AgglomerationEdges } from './agglomeration.ts';

interface Edge {
  readonly u: number;
  readonly v: number;
  /** uint8 affinity of each contact. */
  readonly affinities: readonly number[];
}

const BINS = 4;
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / (values.length * 255);

function toEdges(edges: readonly Edge[]): AgglomerationEdges {
  return {
    u: Uint32Array.from(edges, ({ u }) => u),
    v: Uint32Array.from(edges, ({ v }) => v),
    affinitySum: BigUint64Array.from(edges, ({ affinities }) => BigInt(affinities.reduce((a, b) => a + b, 0))),
    contactArea: Uint32Array.from(edges, ({ affinities }) => affinities.length),
  };
}

function toHistogram(edges: readonly Edge[]): Uint32Array {
  const histogram = new Uint32Array(BINS * edges.length);
  edges.forEach(({ affinities }, row) => affinities.forEach((a) => histogram[BINS * row + ((a * BINS) >> 8)]++));
  return histogram;
}

const toObjects = ({ u, v, score }: MergeSteps): unknown[] =>
  Array.from(u, (_, i) => ({ u: u[i], v: v[i], score: score[i] }));

/** Pools the contacts of every pair of segments before every merge. */
function slowMeanAgglomeration(edges: readonly Edge[]): unknown[] {
  const segment = new Map(edges.flatMap(({ u, v }) => [u, v]).map((id) => [id, id]));
  const steps: unknown[] = [];
  for (;;) {
    const pairs = new Map<string, { affinities: number[]; strongest: Edge }>();
    for (const edge of edges) {
      const ends = [segment.get(edge.u)!, segment.get(edge.v)!].sort((a, b) => a - b);
      if (ends[0] === ends[1]) continue;
      const pair = pairs.get(ends.join());
      if (pair === undefined) pairs.set(ends.join(), { affinities: [...edge.affinities], strongest: edge });
      else {
        pair.affinities.push(...edge.affinities);
        if (mean(edge.affinities) > mean(pair.strongest.affinities)) pair.strongest = edge;
      }
    }
    const [best] = [...pairs.values()].sort(
      (a, b) =>
        mean(b.affinities) - mean(a.affinities) ||
        mean(b.strongest.affinities) - mean(a.strongest.affinities) ||
        edges.indexOf(a.strongest) - edges.indexOf(b.strongest),
    );
    if (best === undefined || mean(best.affinities) === 0) return steps;
    const { u, v } = best.strongest;
    steps.push({ u, v, score: mean(best.affinities) });
    const gone = segment.get(v)!;
    const kept = segment.get(u)!;
    for (const [id, name] of segment) if (name === gone) segment.set(id, kept);
  }
}

const SUPERVOXELS = 8;
const graphs = fc
  .uniqueArray(
    fc.record({
      u: fc.integer({ min: 1, max: SUPERVOXELS - 1 }),
      v: fc.integer({ min: 2, max: SUPERVOXELS }),
      affinities: fc.array(fc.constantFrom(0, 51, 204, 255), { minLength: 1, maxLength: 3 }),
    }),
    { selector: ({ u, v }) => `${u},${v}`, maxLength: 20 },
  )
  .map((edges) => edges.filter(({ u, v }) => u < v).sort((a, b) => a.u - b.u || a.v - b.v));

const MEAN = { supervoxelCount: SUPERVOXELS, unit: 255, score: { kind: 'mean' } } as const;

describe('agglomerate', () => {
  it('merges like a run that pools all contacts before every merge', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (edges) => {
        expect(toObjects(await agglomerate(toEdges(edges), MEAN))).toEqual(slowMeanAgglomeration(edges));
      }),
    );
  });

  it('scores by a quantile of the contacts', async () => {
    const edges = [
      { u: 1, v: 2, affinities: [0, 0, 255] },
      { u: 2, v: 3, affinities: [255, 255] },
    ];
    const quantile = async (value: number): Promise<number[]> => {
      const score = { kind: 'quantile', quantile: value, histogram: toHistogram(edges), bins: BINS } as const;
      const steps = await agglomerate(toEdges(edges), { supervoxelCount: 3, unit: 255, score });
      return [...steps.score];
    };
    expect(await quantile(0.5)).toEqual([0.875, 0.1875]);
    expect(await quantile(1)).toEqual([1, 1]);
  });

  it('stops at the floor', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.constantFrom(0.2, 0.5, 1), async (edges, floor) => {
        const all = await agglomerate(toEdges(edges), MEAN);
        const some = await agglomerate(toEdges(edges), { ...MEAN, floor });
        const kept = all.score.filter((score) => score >= floor).length;
        expect(some).toEqual({ u: all.u.slice(0, kept), v: all.v.slice(0, kept), score: all.score.slice(0, kept) });
      }),
    );
  });

  it('refuses wrong arguments, naming them', async () => {
    const edges = toEdges([{ u: 1, v: 2, affinities: [255] }]);
    const score = { kind: 'quantile', quantile: 0.5, histogram: new Uint32Array(4), bins: 4 } as const;
    const cases: [Partial<AgglomerationEdges>, object, RegExp][] = [
      [{ v: new Uint32Array(2) }, {}, /`v` is 2 elements; accepted: 1 elements/],
      [{ affinitySum: new Float32Array(1) as never }, {}, /`affinitySum` is Float32Array; accepted: BigUint64Array/],
      [{ contactArea: new Int32Array(1) as never }, {}, /`contactArea` is Int32Array/],
      [{}, { unit: 0 }, /`unit` is 0; accepted/],
      [{}, { floor: 2 }, /`floor` is 2; accepted: a number from 0 to 1/],
      [{}, { supervoxelCount: 1 }, /edge 0 links 1 and 2; accepted: 1 <= u < v <= 1/],
      [{}, { supervoxelCount: 0.5 }, /`supervoxelCount` is 0.5/],
      [{}, { score: { ...score, quantile: 0.33333 } }, /`quantile` is 0.33333; accepted: 0 to 1 in steps of 0.001/],
      [{}, { score: { ...score, bins: 3 } }, /`histogram` is 4 elements; accepted: 3 elements/],
      [{}, { score }, /edge 0 has 0 contacts in its histogram; accepted: its contact area 1/],
      [
        { affinitySum: BigUint64Array.of(256n) },
        {},
        /edge 0 has the affinity sum 256; accepted: up to its contact area 1 times the unit 255/,
      ],
    ];
    for (const [wrongEdges, wrongParams, message] of cases) {
      const call = agglomerate({ ...edges, ...wrongEdges }, { ...MEAN, ...wrongParams });
      await expect(call).rejects.toMatchObject({ kind: 'bad-request', message: expect.stringMatching(message) });
    }
  });

  it('rejects as cancelled after an abort', async () => {
    const call = agglomerate(toEdges([]), MEAN, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

/** Relabels everything at every step. */
function slowCut(steps: MergeSteps, sizes: Float64Array, threshold: number, minSize: number): number[] {
  const segment = Array.from({ length: sizes.length + 1 }, (_, id) => id);
  const voxels = (name: number): number =>
    sizes.reduce((sum, size, i) => sum + (segment[i + 1] === name ? size : 0), 0);
  steps.score.forEach((score, i) => {
    const [low, high] = [segment[steps.u[i]], segment[steps.v[i]]].sort((a, b) => a - b);
    if (score < threshold && voxels(low) >= minSize && voxels(high) >= minSize) return;
    segment.forEach((name, id) => {
      if (name === high) segment[id] = low;
    });
  });
  return segment;
}

describe('cutMergeTree', () => {
  it('equals a walk that relabels everything at every step, at any threshold and fragment size', async () => {
    const voxels = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: SUPERVOXELS, maxLength: SUPERVOXELS });
    const threshold = fc.oneof(fc.constantFrom(0, 0.2, 0.8, 1, Infinity), fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(graphs, voxels, threshold, fc.nat(30), async (edges, counts, cutAt, minSize) => {
        const steps = await agglomerate(toEdges(edges), MEAN);
        const sizes = Float64Array.from(counts);
        const assignment = await cutMergeTree(steps, sizes, { threshold: cutAt, minSize });
        expect([...assignment]).toEqual(slowCut(steps, sizes, cutAt, minSize));
      }),
    );
  });

  it('refuses wrong arguments, naming them', async () => {
    const steps = { u: Uint32Array.of(1), v: Uint32Array.of(3), score: Float64Array.of(0.5) };
    const cut = { threshold: 0.5, minSize: 0 };
    await expect(cutMergeTree(steps, new Float64Array(2), cut)).rejects.toMatchObject({
      kind: 'bad-request',
      message: 'merge tree: step 0 joins 1 and 3; accepted: supervoxels 1 to 2',
    });
    await expect(cutMergeTree(steps, new Float64Array(3), { ...cut, threshold: NaN })).rejects.toMatchObject({
      message: expect.stringMatching(/`threshold` is NaN/),
    });
    await expect(cutMergeTree(steps, new Float64Array(3), { ...cut, minSize: -1 })).rejects.toMatchObject({
      message: expect.stringMatching(/`minSize` is -1/),
    });
    const short = { ...steps, score: new Float64Array(0) };
    await expect(cutMergeTree(short, new Float64Array(3), cut)).rejects.toMatchObject({
      message: expect.stringMatching(/`score` is 0 elements; accepted: 1 elements/),
    });
  });
});
