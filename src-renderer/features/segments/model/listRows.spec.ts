import { expect, it } from 'vitest';

import { listRows } from './listRows.ts';

const table = {
  count: 4,
  ids: Uint32Array.of(1, 4, 7, 9),
  sizes: Float64Array.of(10, 40, 20, 30),
  supervoxels: Uint32Array.of(1, 2, 2, 1),
  boxes: new Int32Array(24),
  rowOf: new Uint32Array(10),
};
const facts = {
  names: new Map([
    [9, 'axon 10'],
    [4, 'axon 2'],
  ]),
  statuses: new Map([[7, 'flag' as const]]),
};
const ids = (rows: Uint32Array) => [...rows].map((row) => table.ids[row]);

it('puts the largest first, and only those that match', () => {
  const order = { column: 'size', direction: 'descending' } as const;
  expect(ids(listRows(table, order, facts, null, 1))).toEqual([4, 9, 7, 1]);
  expect(ids(listRows(table, order, facts, ({ um3 }) => um3 > 100, 5))).toEqual([4, 9]);
});

it('sorts names as people do, with those that have none last', () => {
  expect(ids(listRows(table, { column: 'name', direction: 'ascending' }, facts, null, 1))).toEqual([4, 9, 1, 7]);
});

it('puts what is flagged first', () => {
  expect(ids(listRows(table, { column: 'status', direction: 'ascending' }, facts, null, 1))[0]).toBe(7);
});
