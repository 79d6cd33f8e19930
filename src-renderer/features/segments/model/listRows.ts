import type { SegmentTable } from '#renderer/features/project/index.ts';

import type { SegmentFacts, SegmentPredicate } from './segmentQuery.ts';
import { sortRows } from './sortRows.ts';

export type SortColumn = 'id' | 'name' | 'size' | 'supervoxels' | 'status';

export interface ListOrder {
  readonly column: SortColumn;
  readonly direction: 'ascending' | 'descending';
}

/** The rows of the table that match, in order. */
export function listRows(
  table: SegmentTable,
  order: ListOrder,
  facts: SegmentFacts,
  matches: SegmentPredicate | null,
  um3PerVoxel: number,
): Uint32Array {
  return sortRows(keysOf(table, order.column, facts), filterRows(table, matches, um3PerVoxel), order.direction);
}

function filterRows(table: SegmentTable, matches: SegmentPredicate | null, um3PerVoxel: number): Uint32Array {
  const rows = new Uint32Array(table.count);
  let count = 0;
  for (let row = 0; row < table.count; row++) {
    const voxels = table.sizes[row];
    const isMatch =
      matches === null ||
      matches({ id: table.ids[row], voxels, um3: voxels * um3PerVoxel, supervoxels: table.supervoxels[row] });
    if (isMatch) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

function keysOf(table: SegmentTable, column: SortColumn, { names, statuses }: SegmentFacts): Float64Array {
  switch (column) {
    case 'id':
      return Float64Array.from(table.ids);
    case 'size':
      return table.sizes;
    case 'supervoxels':
      return Float64Array.from(table.supervoxels);
    case 'status':
      return Float64Array.from(table.ids, (id) => STATUS_RANK[statuses.get(id) ?? 'todo']);
    case 'name':
      return nameKeys(table, names);
  }
}

const STATUS_RANK = { flag: 0, doing: 1, todo: 2, done: 3 } as const;

/** Names in the order of the language; segments without one come after them. */
function nameKeys(table: SegmentTable, names: ReadonlyMap<number, string>): Float64Array {
  const collator = new Intl.Collator(undefined, { numeric: true });
  const sorted = [...new Set(names.values())].sort(collator.compare);
  const rank = new Map(sorted.map((name, i) => [name, i]));
  return Float64Array.from(table.ids, (id) => rank.get(names.get(id) ?? '') ?? sorted.length);
}
