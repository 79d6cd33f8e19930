import { expect, it } from 'vitest';

import type { SupervoxelGeometry } from '#contract/supervoxelBytes.ts';

import { changedRows } from './changedRows.ts';

const table = (...rows: readonly (readonly [size: number, max: number])[]): SupervoxelGeometry => ({
  count: rows.length,
  sizes: Float64Array.from(rows, ([size]) => size),
  boxes: Int32Array.from(rows.flatMap(([, max]) => [0, 0, 0, max, max, max])),
});

it('names the supervoxels that another table has with another size or box, more or fewer of', () => {
  const before = table([4, 2], [8, 2], [3, 3]);
  expect(changedRows(before, before)).toEqual([]);
  expect(changedRows(before, table([4, 2], [7, 2], [3, 4], [1, 1]))).toEqual([2, 3, 4]);
  expect(changedRows(before, table([4, 2]))).toEqual([2, 3]);
  expect(changedRows(null, before)).toEqual([1, 2, 3]);
});
