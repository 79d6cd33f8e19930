import { expect, it } from 'vitest';

import type { MeshFragment } from '#contract/meshFragments.ts';

import { joinFragments, runInSlices } from './joinFragments.ts';

const triangle = (supervoxel: number, originNm: readonly [number, number, number]): MeshFragment => ({
  supervoxel,
  level: 0,
  block: [0, 0, 0],
  originNm,
  unitNm: [2, 2, 2],
  positions: Uint16Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0),
  normals: Int8Array.of(0, 0, 0, 0, 0, 0),
  indices: Uint16Array.of(0, 1, 2),
});

const join = (colourOf: ((id: number) => readonly [number, number, number]) | null) =>
  runInSlices(
    joinFragments([triangle(1, [10, 0, 0]), triangle(2, [0, 0, 100])], [10, 0, 50], colourOf),
    new AbortController().signal,
  );

it('puts every fragment where it lies, measured from the middle of the volume', async () => {
  const { positions, polys, normals, colours } = await join(null);
  expect([...positions.subarray(0, 9)]).toEqual([0, 0, -50, 2, 0, -50, 0, 2, -50]);
  expect([...positions.subarray(9, 12)]).toEqual([-10, 0, 50]);
  expect([...polys]).toEqual([3, 0, 1, 2, 3, 3, 4, 5]);
  expect([...normals.subarray(0, 3)]).toEqual([0, 0, 1]);
  expect(colours).toBe(null);
});

it('colours each vertex by its supervoxel where that is asked for', async () => {
  const { colours } = await join((supervoxel) => [supervoxel, 0, 0]);
  expect([...colours!]).toEqual([1, 0, 0, 1, 0, 0, 1, 0, 0, 2, 0, 0, 2, 0, 0, 2, 0, 0]);
});
