import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { invertChange, NO_CUT, NO_DECISIONS } from '#domain/editChange.ts';
import type { Cut, EditChange, TableChange } from '#domain/editChange.ts';
import { agglomerate } from '#native/agglomeration.ts';

import { LiveSegmentation } from './liveSegmentation.ts';
import { proposeIsolation, proposeMerge, proposeSegmentSplit, proposeThreshold } from './proposeDecisions.ts';
import { contactsBetween, contactsOf, neighboursOf } from './segmentContacts.ts';

/** Supervoxels in a row along x, 10 voxels each, of 1 x 1 x 10; `means` are the affinities (0..255) between one and the next. */
async function row(means: readonly number[], cut: Cut): Promise<LiveSegmentation> {
  const count = means.length + 1;
  const ids = Array.from({ length: count }, (_, i) => i);
  const edges = {
    affinityUnit: 255,
    u: Uint32Array.from(means, (_, i) => i + 1),
    v: Uint32Array.from(means, (_, i) => i + 2),
    affinitySum: BigUint64Array.from(means, (mean) => BigInt(4 * mean)),
    contactArea: Uint32Array.from(means, () => 4),
    affinityMax: Uint32Array.from(means),
    contactVoxel: BigUint64Array.from(means, (_, i) => BigInt(10 * i + 10)),
  };
  const supervoxels = {
    count,
    sizes: new Float64Array(count).fill(10),
    boxMin: Int32Array.from(ids.flatMap((i) => [0, 0, 10 * i])),
    boxMax: Int32Array.from(ids.flatMap((i) => [1, 1, 10 * i + 10])),
    centroids: Float64Array.from(ids.flatMap((i) => [0, 0, 10 * i + 4.5])),
    originalIds: null,
  };
  const steps = await agglomerate(edges, { supervoxelCount: count, unit: 255, score: { kind: 'mean' } });
  return LiveSegmentation.create({
    ...{ supervoxels, edges, steps, cut },
    shape: [1, 1, 10 * count],
    voxelSizeNm: [40, 4, 4],
  });
}

const AT_HALF: Cut = { threshold: 0.5, minSize: 0 };

describe('LiveSegmentation', () => {
  it('proposes a merge where the segments touch, with its numbers, and changes nothing until it is applied', async () => {
    const live = await row([200, 100, 200], AT_HALF);
    const proposal = proposeMerge(live, 1, 4);
    expect(proposal).toMatchObject({
      change: { addMust: [[2, 3]] },
      link: { u: 2, v: 3, contact: [0, 0, 20], area: 4 },
      gapNm: 0,
      preview: { flows: [{ from: 3, to: 1, supervoxels: 2, voxels: 20 }] },
    });
    expect(proposal.contacts.affinity).toBeCloseTo(100 / 255);
    expect([...live.assignment]).toEqual([0, 1, 1, 3, 3]);
    expect(live.apply({ decisions: proposal.change })).toMatchObject({ kind: 'some', segments: Uint32Array.of(1, 1) });
    expect([...live.assignment]).toEqual([0, 1, 1, 1, 1]);
  });

  it('links the nearest supervoxels of segments that touch nowhere', async () => {
    const live = await row([200, 100, 200], AT_HALF);
    live.apply({ decisions: proposeIsolation(live, [2]).change });
    expect(proposeMerge(live, 1, 4)).toMatchObject({
      link: { u: 1, v: 3, contact: null, affinity: null },
      gapNm: 40,
      contacts: { affinity: null, area: 0, edges: 0 },
    });
  });

  it('proposes splits with sides, sizes and the places of the cut; what was committed is what was shown', async () => {
    const live = await row([200, 200, 20, 200, 200], { threshold: 0, minSize: 0 });
    const [best, ...others] = await proposeSegmentSplit(live, [[1], [6]]);
    expect(best.sides).toEqual([
      { supervoxels: Uint32Array.of(1, 2, 3), voxels: 30 },
      { supervoxels: Uint32Array.of(4, 5, 6), voxels: 30 },
    ]);
    expect(best.cuts).toMatchObject([{ u: 3, v: 4, contact: [0, 0, 30] }]);
    for (const other of others) expect(other.cost).toBeGreaterThanOrEqual(best.cost);
    const before = [...live.assignment];
    const change = { decisions: best.change() };
    expect([...live.assignment]).toEqual(before);
    live.apply(change);
    expect([...live.assignment]).toEqual([0, 1, 1, 1, 4, 4, 4]);
    expect(() => best.change()).toThrow(expect.objectContaining({ kind: 'bad-request' }));
    live.apply(invertChange(change));
    expect([...live.assignment]).toEqual(before);
  });

  it('gives an object a threshold of its own, in place of one that it has, and says what it gains and loses', async () => {
    const live = await row([200, 100, 50], AT_HALF);
    const wider = proposeThreshold(live, 1, 0.3);
    expect(wider.object).toEqual({
      segment: 1,
      gained: { supervoxels: 1, voxels: 10 },
      lost: { supervoxels: 0, voxels: 0 },
    });
    live.apply({ decisions: wider.change });
    expect(neighboursOf(live, 1)).toMatchObject([{ segment: 4, area: 4, edges: 1, strongest: { u: 3, v: 4 } }]);
    const narrower = proposeThreshold(live, 3, 0.9);
    expect(narrower.change.thresholds).toEqual([
      { anchor: 1, before: 0.3, after: null },
      { anchor: 3, before: null, after: 0.9 },
    ]);
    expect(narrower.object).toMatchObject({ segment: 3, lost: { supervoxels: 2, voxels: 20 } });
    live.apply({ decisions: narrower.change });
    expect([...live.assignment]).toEqual([0, 1, 1, 3, 4]);
    expect(live.thresholdAt(1)).toBeNull();
  });

  it('takes any edit back, and a new cut keeps what was decided', async () => {
    const supervoxel = fc.integer({ min: 1, max: 12 });
    const pair = fc.tuple(supervoxel, supervoxel).filter(([u, v]) => u !== v);
    const edit = fc.oneof(
      pair.map((link): EditChange => ({ decisions: { ...NO_DECISIONS, addMust: [link] } })),
      pair.map((link): EditChange => ({ decisions: { ...NO_DECISIONS, addCannot: [link] } })),
      fc
        .record({ threshold: fc.option(fc.double({ min: 0, max: 1, noNaN: true })), minSize: fc.nat(40) })
        .map((after): EditChange => ({ cut: { before: NO_CUT, after } })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 11, maxLength: 11 }),
        fc.array(edit, { maxLength: 12 }),
        async (means, edits) => {
          const live = await row(means, AT_HALF);
          const states = [[...live.assignment]];
          const made: EditChange[] = [];
          for (const wanted of edits) {
            const change = wanted.cut ? { cut: { before: live.cut, after: wanted.cut.after } } : wanted;
            try {
              live.apply(change);
            } catch (error) {
              expect(error).toMatchObject({ kind: 'conflict' });
              expect([...live.assignment]).toEqual(states.at(-1));
              continue;
            }
            made.push(change);
            states.push([...live.assignment]);
          }
          for (const change of made.reverse()) {
            states.pop();
            live.apply(invertChange(change));
            expect([...live.assignment]).toEqual(states.at(-1));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('divides a supervoxel by its rows, and puts it together again', async () => {
    const live = await row([200, 200], AT_HALF);
    const place = { boxMin: [0, 0, 10], boxMax: [1, 1, 15], centroid: [0, 0, 12] } as const;
    const later = { boxMin: [0, 0, 15], boxMax: [1, 1, 20], centroid: [0, 0, 17] } as const;
    const old = { affinitySum: 800, contactArea: 4, affinityMax: 200, contact: [0, 0, 20] } as const;
    const { steps, others } = live.stepsOf(2);
    const step = steps[others.indexOf(3)];
    const tables: TableChange = {
      supervoxels: [
        { before: { id: 2, size: 10, ...place, boxMax: [1, 1, 20] }, after: { id: 2, size: 5, ...place } },
        { before: null, after: { id: 4, size: 5, ...later } },
      ],
      edges: [
        { before: { u: 2, v: 3, ...old }, after: null },
        { before: null, after: { u: 3, v: 4, ...old } },
        { before: null, after: { u: 2, v: 4, affinitySum: 90, contactArea: 1, affinityMax: 90, contact: [0, 0, 15] } },
      ],
      steps: [{ step, before: [2, 3], after: [4, 3] }],
    };
    const change = { decisions: { ...NO_DECISIONS, addCannot: [[2, 4] as const] }, tables };
    for (let round = 0; round < 2; round++) {
      live.apply(change);
      expect([...live.assignment]).toEqual([0, 1, 1, 3, 3]);
      expect(contactsBetween(live, 1, 3)).toMatchObject([{ u: 2, v: 4, contact: [0, 0, 15] }]);
      expect(live.voxelsOf(live.members(3))).toBe(15);
      live.apply(invertChange(change));
      expect([...live.assignment]).toEqual([0, 1, 1, 1, 0]);
      expect(contactsOf(live, 2)).toMatchObject([{ u: 1 }, { u: 2, v: 3, contact: [0, 0, 20], area: 4 }]);
    }
  });
});
