import fc from 'fast-check';
import { expect, it } from 'vitest';

import { sortRows } from './sortRows.ts';

const key = fc.double({ noNaN: true }).map((value) => (value === 0 ? 0 : value));

it('orders any numbers as a comparator does, equal ones as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(key, fc.integer({ min: 0, max: 3 }))), fc.boolean(), (values, isAscending) => {
      const rows = Uint32Array.from(values.keys());
      const expected = [...rows].sort((a, b) => (isAscending ? values[a] - values[b] : values[b] - values[a]) || a - b);
      const sorted = sortRows(Float64Array.from(values), rows, isAscending ? 'ascending' : 'descending');
      expect([...sorted].map((row) => values[row])).toEqual(expected.map((row) => values[row]));
      if (values.every(Number.isFinite)) expect([...sorted]).toEqual(expected);
    }),
  );
});

it('orders a part of the rows and leaves the others out', () => {
  expect([...sortRows(Float64Array.of(5, 1, 3, 2), Uint32Array.of(0, 2, 3), 'ascending')]).toEqual([3, 2, 0]);
});
