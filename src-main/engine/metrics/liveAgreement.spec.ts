import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ContingencyTable } from '#native/metrics.ts';

import { LiveAgreement } from './liveAgreement.ts';
import { majorityTruths } from './truthRows.ts';
import type { TruthRows } from './truthRows.ts';

const SUPERVOXELS = 9;
type Row = readonly [supervoxel: number, truth: number, voxels: number];

const rowsOf = (cells: readonly Row[]): TruthRows => {
  const sorted = [...cells].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    supervoxels: Uint32Array.from(sorted, ([id]) => id),
    truths: Uint32Array.from(sorted, ([, truth]) => truth),
    voxels: Float64Array.from(sorted, ([, , voxels]) => voxels),
  };
};
const cell = fc.tuple(fc.nat(SUPERVOXELS), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 30 }));
const cells = fc.uniqueArray(cell, { selector: ([id, truth]) => `${id} ${truth}`, minLength: 1, maxLength: 30 });
const assignment = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: SUPERVOXELS, maxLength: SUPERVOXELS })
  .map((segments) => Uint32Array.of(0, ...segments));
const move = fc.tuple(fc.integer({ min: 1, max: SUPERVOXELS }), fc.integer({ min: 1, max: 6 }));

/** The volume that the rows describe, scored as `evaluate` does. */
async function scored(rows: readonly Row[], segmentOf: Uint32Array) {
  const voxels = rows.flatMap(([id, truth, count]) => Array.from({ length: count }, () => [segmentOf[id], truth]));
  const table = new ContingencyTable();
  await table.add(
    Uint32Array.from(voxels, ([segment]) => segment),
    Uint32Array.from(voxels, ([, truth]) => truth),
  );
  const { voiSplit: viSplit, voiMerge: viMerge, adaptedRandError } = await table.scores();
  return { viSplit, viMerge, adaptedRandError };
}

const close = (found: object, expected: Record<string, number>) =>
  expect(found).toEqual(
    Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, expect.closeTo(value, 9)])),
  );

describe('LiveAgreement', () => {
  it('agrees with scoring the volume anew after any moves', () =>
    fc.assert(
      fc.asyncProperty(cells, assignment, fc.array(move, { maxLength: 12 }), async (rows, segmentOf, moves) => {
        const live = new LiveAgreement(rowsOf(rows), segmentOf);
        close(live.scores, await scored(rows, segmentOf));
        const now = segmentOf.slice();
        for (const [id, segment] of moves) {
          const delta = { supervoxels: Uint32Array.of(id), segments: Uint32Array.of(segment) };
          const before = live.scores;
          const foreseen = live.scoresAfter(delta);
          expect(live.scores).toEqual(before);
          now[id] = segment;
          live.take({ kind: 'some', ...delta }, now);
          close(live.scores, { ...foreseen });
        }
        close(live.scores, await scored(rows, now));
      }),
      { numRuns: 50 },
    ));

  it('divides the whole variation of information among the segments', () =>
    fc.assert(
      fc.property(
        cells.map((rows) => rows.filter(([id]) => id > 0)),
        assignment,
        (rows, segmentOf) => {
          const live = new LiveAgreement(rowsOf(rows), segmentOf);
          const worst = live.worst(100);
          const sum = (key: 'viSplit' | 'viMerge') => worst.reduce((all, error) => all + error[key], 0);
          expect(sum('viSplit')).toBeCloseTo(live.scores.viSplit, 9);
          expect(sum('viMerge')).toBeCloseTo(live.scores.viMerge, 9);
        },
      ),
    ));

  it('counts again where everything moved, and where supervoxels are new', () => {
    const rows: Row[] = [
      [1, 1, 4],
      [2, 2, 4],
    ];
    const live = new LiveAgreement(rowsOf(rows), Uint32Array.of(0, 1, 1));
    expect(live.scores).toEqual({ viSplit: 0, viMerge: 1, adaptedRandError: expect.closeTo(0.4, 9) });
    live.take({ kind: 'all' }, Uint32Array.of(0, 1, 2));
    expect(live.scores).toEqual({ viSplit: 0, viMerge: 0, adaptedRandError: 0 });
    live.take(
      { kind: 'some', supervoxels: Uint32Array.of(3), segments: Uint32Array.of(3) },
      Uint32Array.of(0, 1, 2, 3),
    );
    expect(live.scores).toEqual({ viSplit: 0, viMerge: 0, adaptedRandError: 0 });
    expect(live.truthsOf(2)).toEqual([{ truth: 2, voxels: 4 }]);
  });

  it('has nothing to say of a volume without truth', () => {
    const live = new LiveAgreement(rowsOf([]), Uint32Array.of(0, 1));
    expect(live.scores).toEqual({ viSplit: 0, viMerge: 0, adaptedRandError: 0 });
    expect(live.worst(5)).toEqual([]);
  });
});

it('gives each supervoxel the object that it shares most with', () => {
  const rows = rowsOf([
    [1, 2, 5],
    [1, 3, 7],
    [3, 4, 2],
    [3, 2, 2],
  ]);
  expect(majorityTruths(rows, 4)).toEqual(Uint32Array.of(0, 3, 0, 2, 0));
});
