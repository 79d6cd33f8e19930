import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { EdgeTable } from '#domain/tables.ts';

import { agglomerate, cutMergeTree } from './agglomeration.ts';
import { NativeLiveSegmentation } from './liveSegmentation.ts';

const UNIT = 255;

/** Supervoxels 1..n in a row along x, 10 voxels each; contact i links i + 1 and i + 2 with this mean affinity (0..255). */
function row(means: readonly number[]): { edges: EdgeTable; count: number } {
  const column = (value: (mean: number, i: number) => number): number[] => means.map(value);
  return {
    count: means.length + 1,
    edges: {
      affinityUnit: UNIT,
      u: Uint32Array.from(column((_, i) => i + 1)),
      v: Uint32Array.from(column((_, i) => i + 2)),
      affinitySum: BigUint64Array.from(means, (mean) => BigInt(4 * mean)),
      contactArea: Uint32Array.from(column(() => 4)),
      affinityMax: Uint32Array.from(means),
      contactVoxel: BigUint64Array.from(means, (_, i) => BigInt(10 * i + 10)),
    },
  };
}

async function open(means: readonly number[], threshold: number): Promise<NativeLiveSegmentation> {
  const { edges, count } = row(means);
  const steps = await agglomerate(edges, { supervoxelCount: count, unit: UNIT, score: { kind: 'mean' } });
  const ids = Array.from({ length: count }, (_, i) => i);
  return NativeLiveSegmentation.open({
    supervoxels: {
      sizes: new Float64Array(count).fill(10),
      boxMin: Int32Array.from(ids.flatMap((i) => [0, 0, 10 * i])),
      boxMax: Int32Array.from(ids.flatMap((i) => [1, 1, 10 * i + 10])),
      centroids: Float64Array.from(ids.flatMap((i) => [0, 0, 10 * i + 4.5])),
    },
    edges,
    steps,
    voxelSizeNm: [40, 4, 4],
    cut: { threshold, minSize: 0 },
  });
}

const pairs = (...links: readonly number[]): Uint32Array => Uint32Array.from(links);

describe('NativeLiveSegmentation', () => {
  it('is the cut of the merge tree where nothing is decided', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(40),
        async (means, threshold, minSize) => {
          const live = await open(means, 1);
          const { edges, count } = row(means);
          const steps = await agglomerate(edges, { supervoxelCount: count, unit: UNIT, score: { kind: 'mean' } });
          const expected = await cutMergeTree(steps, new Float64Array(count).fill(10), { threshold, minSize });
          const preview = new Uint32Array(count + 1);
          live.previewCut({ threshold, minSize }, preview);
          expect(preview).toEqual(expected);
          live.setCut({ threshold, minSize });
          expect(live.assignment()).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('merges, splits and takes back, reporting what went where', async () => {
    const live = await open([200, 100, 200], 0.5);
    expect([...live.assignment()]).toEqual([0, 1, 1, 3, 3]);
    const merge = live.proposeMerge(1, 4);
    expect(merge).toMatchObject({ u: 2, v: 3, edge: 1, gapNm: 0, contactArea: 4, affinitySum: 400, edges: 1 });
    const applied = live.apply(merge.change);
    expect(applied).toMatchObject({ supervoxels: pairs(3, 4), segments: pairs(1, 1) });
    expect(live.members(1)).toEqual(pairs(1, 2, 3, 4));

    const proposal = await live.proposeSplit([pairs(1), pairs(4)], 3);
    expect(proposal.alternatives[0]).toMatchObject({ side: Uint8Array.of(0, 0, 1, 1), cutEdges: pairs(1) });
    const change = live.splitChange(proposal.supervoxels, proposal.alternatives[0].side, proposal.ways);
    expect(change.removeMust).toEqual(pairs(2, 3));
    expect(live.preview(change)).toEqual({ supervoxels: pairs(3, 4), segments: pairs(3, 3) });
    const split = live.apply(change);
    expect([...live.assignment()]).toEqual([0, 1, 1, 3, 3]);
    live.setCut({ threshold: 0, minSize: 1000 });
    expect([...live.assignment()]).toEqual([0, 1, 1, 3, 3]);

    live.apply(split.inverse);
    live.setCut({ threshold: 0.5, minSize: 0 });
    expect([...live.assignment()]).toEqual([0, 1, 1, 1, 1]);
    live.apply(applied.inverse);
    expect([...live.assignment()]).toEqual([0, 1, 1, 3, 3]);
  });

  it('gathers what a review can know: two segments of two, their contact, and the link within each', async () => {
    const live = await open([200, 100, 200], 0.5);
    const request = { leastStake: 1e-9, shape: [1, 1, 40] } as const;
    const found = await live.reviewEvidence(request);
    expect(found).toMatchObject({ voxels: 40, medianSize: Math.log2(20), spreadOfSizes: 0 });
    expect(found!.segments).toEqual({
      ids: pairs(1, 3),
      voxels: Float64Array.of(20, 20),
      affinitySum: Float64Array.of(400, 400),
      contactArea: Float64Array.of(4, 4),
      boxes: Int32Array.of(0, 0, 0, 1, 1, 20, 0, 0, 20, 1, 1, 40),
    });
    expect(found!.merges).toEqual({
      ...{ small: pairs(1), large: pairs(3), edge: pairs(1) },
      ...{ affinitySum: Float64Array.of(400), contactArea: Float64Array.of(4), stake: Float64Array.of(1) },
    });
    expect(found!.links).toMatchObject({
      ...{ segment: pairs(1, 3), inside: pairs(2, 4), outside: pairs(1, 3), edge: pairs(0, 2) },
      ...{ largestInside: pairs(2, 4), largestOutside: pairs(1, 3), voxels: Float64Array.of(10, 10) },
      ...{
        affinitySum: Float64Array.of(800, 800),
        contactArea: Float64Array.of(4, 4),
        awayArea: Float64Array.of(0, 0),
      },
      ...{ stake: Float64Array.of(0.5, 0.5), awayPlaces: new Float64Array(6) },
    });
    await expect(live.reviewEvidence(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });

  it('answers what touches a segment and what was decided', async () => {
    const live = await open([200, 100, 200], 0.5);
    expect(live.neighbours(1)).toEqual({
      segments: pairs(3),
      affinitySum: Float64Array.of(400),
      contactArea: Float64Array.of(4),
      affinityMax: pairs(100),
      strongestEdge: pairs(1),
      edges: pairs(1),
    });
    expect(live.contacts(1, 3)).toEqual(pairs(1));
    expect(live.edges(pairs(1))).toMatchObject({ u: pairs(2), v: pairs(3), contactVoxel: BigUint64Array.of(20n) });
    expect(live.edgesOf(3)).toEqual(pairs(1, 2));
    live.apply({ addCannot: pairs(2, 3, 2, 3), anchors: pairs(2), thresholds: Float64Array.of(0.25) });
    expect(live.decisionsOf(2)).toEqual({ must: pairs(), cannot: pairs(3, 3), threshold: 0.25 });
    live.apply(live.isolateChange(pairs(1)));
    expect([...live.assignment()]).toEqual([0, 1, 2, 3, 3]);
  });

  it('says what contradicts, what makes no sense and what is wrong, and changes nothing', async () => {
    const live = await open([200, 100, 200], 0.5);
    live.apply({ addMust: pairs(1, 3) });
    const before = live.assignment();
    const refused = (work: () => unknown, kind: string, message: RegExp): void =>
      expect(work).toThrow(expect.objectContaining({ kind, message: expect.stringMatching(message) }));
    refused(
      () => live.apply({ addCannot: pairs(1, 3) }),
      'conflict',
      /cannot-link [13]-[13] contradicts the must-link/,
    );
    refused(() => live.proposeMerge(1, 2), 'bad-request', /already/);
    refused(() => live.apply({ addMust: pairs(1) }), 'bad-request', /`addMust` is 1 elements/);
    refused(() => live.apply({ removeCannot: pairs(1, 2) }), 'bad-request', /no cannot-link 1-2/);
    refused(() => live.members(2), 'bad-request', /no segment 2/);
    refused(() => live.setCut({ threshold: -1, minSize: 0 }), 'bad-request', /`threshold`/);
    await expect(live.proposeSplit([pairs(1, 2), pairs(2)], 3)).rejects.toMatchObject({
      kind: 'bad-request',
      message: expect.stringMatching(/part 1 and part 2 lie in one supervoxel/),
    });
    expect(live.assignment()).toEqual(before);
    live.close();
    refused(() => live.assignment(), 'bad-request', /open/);
  });
});
