import { afterEach, expect, it } from 'vitest';

import type { Zyx } from '#domain/geometry.ts';
import { LiveSegmentation } from '#engine/proofreading/liveSegmentation.ts';

import { Ranking } from './ranking.ts';

/** A volume of bars along x, each cut into cubes of 10 voxels, and the contacts that a test gives. */
const shape: Zyx = [40, 40, 120];
const UNIT = 255;
let live: LiveSegmentation | null = null;
afterEach(() => live?.close());

interface Piece {
  readonly min: Zyx;
  readonly max: Zyx;
}
type Contact = readonly [u: number, v: number, affinity: number, area: number, place: Zyx];

async function rank(pieces: readonly Piece[], contacts: readonly Contact[], threshold = 0.5) {
  const sorted = contacts.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const sums = sorted.map(([, , affinity, area]) => BigInt(Math.round(affinity * UNIT * area)));
  const edges = {
    affinityUnit: UNIT,
    u: Uint32Array.from(sorted, ([u]) => u),
    v: Uint32Array.from(sorted, ([, v]) => v),
    affinitySum: BigUint64Array.from(sums),
    contactArea: Uint32Array.from(sorted, ([, , , area]) => area),
    affinityMax: Uint32Array.from(sorted, ([, , affinity]) => Math.round(affinity * UNIT)),
    contactVoxel: BigUint64Array.from(sorted, ([, , , , [z, y, x]]) => BigInt((z * shape[1] + y) * shape[2] + x)),
  };
  const count = pieces.length;
  const sizes = Float64Array.from(pieces, ({ min, max }) =>
    [0, 1, 2].reduce((all, axis) => all * (max[axis] - min[axis]), 1),
  );
  const steps = stepsOf(contacts, count);
  live = await LiveSegmentation.create({
    supervoxels: {
      ...{ count, sizes, originalIds: null },
      boxMin: Int32Array.from(pieces.flatMap(({ min }) => min)),
      boxMax: Int32Array.from(pieces.flatMap(({ max }) => max)),
      centroids: new Float64Array(3 * count),
    },
    ...{ edges, steps, shape, voxelSizeNm: null, cut: { threshold, minSize: 0 } },
  });
  const ranking = new Ranking({ live, voxelSizeNm: null, leastGain: 1e-4, confirmed: () => 0 });
  expect(await ranking.renew('all')).toBe(true);
  return ranking.candidates;
}

/** Single linkage: contacts from the strongest, as far as they join. */
function stepsOf(contacts: readonly Contact[], count: number) {
  const group = Array.from({ length: count + 1 }, (_, id) => id);
  const steps = contacts
    .toSorted((a, b) => b[2] - a[2])
    .filter(([u, v]) => {
      const [to, from] = [group[u], group[v]];
      group.forEach((of, id) => of === from && (group[id] = to));
      return to !== from;
    });
  return {
    u: Uint32Array.from(steps, ([u]) => u),
    v: Uint32Array.from(steps, ([, v]) => v),
    score: Float64Array.from(steps, ([, , affinity]) => affinity),
  };
}

/** A bar of `cubes` cubes at a height y. */
const bar = (y: number, cubes: number): Piece[] =>
  Array.from({ length: cubes }, (_, i) => ({ min: [0, y, 10 * i], max: [10, y + 10, 10 * i + 10] }));
const along = (first: number, cubes: number, y: number): Contact[] =>
  Array.from({ length: cubes - 1 }, (_, i) => [first + i, first + i + 1, 0.95, 100, [5, y, 10 * i + 10]]);

it('asks of two bars that run side by side and hang together at one end whether they are two', async () => {
  const pieces = [...bar(0, 12), ...bar(10, 12)];
  const joint: Contact = [1, 13, 0.99, 100, [5, 10, 5]];
  const membrane = Array.from({ length: 10 }, (_, i): Contact => [3 + i, 15 + i, 0.05, 100, [5, 10, 10 * i + 25]]);
  const [best] = await rank(pieces, [...along(1, 12, 5), ...along(13, 12, 15), joint, ...membrane]);
  expect(best).toMatchObject({ kind: 'self-touching', segments: [1, 1], place: [5, 10, 5], voxels: 12_000 });
  expect([best.u, best.v].sort((a, b) => a - b)).toEqual([1, 13]);
  // Both the joint and the middle of where they touch are to be seen around the joint.
  expect(best.box.max[2]).toBeGreaterThan(70);
  const alone = await rank(pieces, [...along(1, 12, 5), ...along(13, 12, 15), joint]);
  const same = alone.find(({ u, v }) => Math.min(u, v) === 1 && Math.max(u, v) === 13);
  expect(same?.kind ?? 'false-merge').toBe('false-merge');
  expect(best.gain).toBeGreaterThan(same?.gain ?? 0);
});

it('asks of a small fragment whose contacts all lie on one segment whether it belongs to that', async () => {
  const around: Piece = { min: [0, 0, 0], max: [30, 30, 30] };
  const inside: Piece = { min: [10, 10, 10], max: [16, 16, 16] };
  const others: Piece[] = [0, 10, 20].map((y) => ({ min: [30, y, 60], max: [40, y + 10, 80] }));
  const candidates = await rank([around, inside, ...others], [[1, 2, 0.3, 216, [13, 13, 10]]]);
  expect(candidates[0]).toMatchObject({ kind: 'enclosed', segments: [2, 1], voxels: 216, seeds: null });
});

it('says of a segment that is far larger than the others that it is, where it may be two', async () => {
  const large = bar(0, 12);
  const small = Array.from({ length: 9 }, (_, i): Piece => ({
    min: [20, 20, 10 * i],
    max: [22, 22 + (i % 3), 10 * i + 2],
  }));
  const weak: Contact = [6, 7, 0.55, 100, [5, 5, 60]];
  const contacts = along(1, 12, 5).map((contact): Contact => (contact[0] === 6 ? weak : contact));
  const [best] = await rank([...large, ...small], contacts);
  expect(best).toMatchObject({ kind: 'oversize', segments: [1, 1], place: [5, 5, 60] });
});
