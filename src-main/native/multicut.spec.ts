import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cutMergeTree, type AgglomerationEdges } from './agglomeration.ts';
import { multicut, multicutMergeTree } from './multicut.ts';

interface Edge {
  readonly u: number;
  readonly v: number;
  /** Mean affinity in 255ths, and contacts. */
  readonly affinity: number;
  readonly contacts: number;
}

const SUPERVOXELS = 7;
const graphs = fc
  .uniqueArray(
    fc.record({
      u: fc.integer({ min: 1, max: SUPERVOXELS - 1 }),
      v: fc.integer({ min: 2, max: SUPERVOXELS }),
      affinity: fc.constantFrom(0, 25, 80, 130, 200, 255),
      contacts: fc.integer({ min: 1, max: 9 }),
    }),
    { selector: ({ u, v }) => `${u},${v}`, maxLength: 21 },
  )
  .map((edges) => edges.filter(({ u, v }) => u < v).sort((a, b) => a.u - b.u || a.v - b.v));
const betas = fc.constantFrom(0.05, 0.25, 0.5, 0.8);

function toEdges(edges: readonly Edge[]): AgglomerationEdges {
  return {
    u: Uint32Array.from(edges, ({ u }) => u),
    v: Uint32Array.from(edges, ({ v }) => v),
    affinitySum: BigUint64Array.from(edges, ({ affinity, contacts }) => BigInt(affinity * contacts)),
    contactArea: Uint32Array.from(edges, ({ contacts }) => contacts),
  };
}

/** Log-odds that the two sides are one. */
function costOf({ affinity, contacts }: Edge, beta: number, byContactArea: boolean): number {
  const a = 0.001 + (0.998 * affinity) / 255;
  const odds = Math.log(a / (1 - a)) + Math.log((1 - beta) / beta);
  return byContactArea ? odds * contacts : odds;
}

/** The energies of all partitions: supervoxel i joins a segment of those before, or begins its own. */
function lowestEnergy(edges: readonly Edge[], costs: readonly number[]): number {
  const segments = new Uint8Array(SUPERVOXELS + 1);
  const energy = () => edges.reduce((sum, { u, v }, i) => (segments[u] === segments[v] ? sum : sum + costs[i]), 0);
  function lowest(supervoxel: number, used: number): number {
    if (supervoxel > SUPERVOXELS) return energy();
    let best = Infinity;
    for (let segment = 0; segment <= used; segment++) {
      segments[supervoxel] = segment;
      best = Math.min(best, lowest(supervoxel + 1, Math.max(used, segment + 1)));
    }
    return best;
  }
  return lowest(1, 0);
}

const facts = { supervoxelCount: SUPERVOXELS, unit: 255 } as const;
/** Costs are rounded to 2^-16, at most nine contacts on 21 edges. */
const ROUNDING = (21 * 9) / 2 ** 17;

describe('multicut', () => {
  it('costs what its cut edges cost: no less than the best of all partitions, no more than the contraction', async () => {
    let [runs, best] = [0, 0];
    await fc.assert(
      fc.asyncProperty(graphs, betas, fc.boolean(), async (edges, beta, byContactArea) => {
        const costs = edges.map((edge) => costOf(edge, beta, byContactArea));
        const result = await multicut(toEdges(edges), { ...facts, beta, byContactArea });
        const energy = edges.reduce(
          (sum, { u, v }, i) => (result.segments[u] === result.segments[v] ? sum : sum + costs[i]),
          0,
        );
        const lowest = lowestEnergy(edges, costs);
        expect(Math.abs(result.energy - energy)).toBeLessThanOrEqual(ROUNDING);
        expect(result.energy).toBeLessThanOrEqual(result.contractionEnergy);
        expect(energy).toBeGreaterThanOrEqual(lowest - ROUNDING);
        runs++;
        if (energy <= lowest + ROUNDING) best++;
      }),
      { numRuns: 60 },
    );
    expect(best / runs).toBeGreaterThan(0.9);
  });

  it('cuts an edge by itself below beta, and weighs contacts against each other when told to', async () => {
    const segmentsOf = async (edges: readonly Edge[], beta: number, byContactArea: boolean) => [
      ...(await multicut(toEdges(edges), { supervoxelCount: 3, unit: 255, beta, byContactArea })).segments,
    ];
    const single = [{ u: 1, v: 2, affinity: 80, contacts: 1 }];
    expect(await segmentsOf(single, 0.3, true)).toEqual([0, 1, 1, 3]);
    expect(await segmentsOf(single, 0.32, true)).toEqual([0, 1, 2, 3]);
    const triangle = [
      { u: 1, v: 2, affinity: 200, contacts: 1 },
      { u: 1, v: 3, affinity: 200, contacts: 1 },
      { u: 2, v: 3, affinity: 80, contacts: 50 },
    ];
    expect(await segmentsOf(triangle, 0.5, true)).toEqual([0, 1, 1, 3]);
    expect(await segmentsOf(triangle, 0.5, false)).toEqual([0, 1, 1, 1]);
  });

  it('refuses wrong arguments, naming them', async () => {
    const edges = toEdges([{ u: 1, v: 9, affinity: 255, contacts: 1 }]);
    const cases: [object, RegExp][] = [
      [{ beta: 0 }, /`beta` is 0; accepted:.*0\.01/],
      [{ beta: 1 }, /`beta` is 1; accepted/],
      [{ byContactArea: undefined }, /`byContactArea`/],
      [{}, /links 1 and 9/],
    ];
    for (const [change, message] of cases) {
      const call = multicut(edges, { ...facts, beta: 0.25, byContactArea: true, ...change });
      await expect(call).rejects.toMatchObject({ kind: 'bad-request', message });
    }
  });

  it('stops at an abort', async () => {
    const signal = AbortSignal.abort();
    const call = multicut(toEdges([]), { ...facts, beta: 0.25, byContactArea: true }, { signal });
    await expect(call).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('multicutMergeTree', () => {
  it('is the multicut at one half, finer above and coarser below', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, betas, fc.boolean(), async (edges, beta, byContactArea) => {
        const table = toEdges(edges);
        const { segments } = await multicut(table, { ...facts, beta, byContactArea });
        const steps = await multicutMergeTree(table, segments, { ...facts, beta });
        const sizes = new Float64Array(SUPERVOXELS).fill(1);
        const cut = (threshold: number) => cutMergeTree(steps, sizes, { threshold, minSize: 0 });
        expect(await cut(0.5)).toEqual(segments);
        const [fine, coarse] = [await cut(0.8), await cut(0.2)];
        for (let i = 1; i <= SUPERVOXELS; i++) {
          expect(segments[fine[i]]).toBe(segments[i]);
          expect(coarse[segments[i]]).toBe(coarse[i]);
        }
      }),
    );
  });

  it('refuses segments of another graph', async () => {
    const call = multicutMergeTree(toEdges([]), new Uint32Array(3), { ...facts, beta: 0.25 });
    await expect(call).rejects.toMatchObject({ kind: 'bad-request', message: /`segments` is 3 elements/ });
  });
});
