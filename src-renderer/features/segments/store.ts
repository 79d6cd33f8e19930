import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';

import { useProjectStore } from '#renderer/features/project/index.ts';

import { listRows } from './model/listRows.ts';
import type { ListOrder, SortColumn } from './model/listRows.ts';
import { parseSegmentQuery } from './model/segmentQuery.ts';
import type { SegmentStatus } from './model/segmentQuery.ts';

/** The list of segments: what is shown of them, in which order, and what people wrote down about them. */
export const useSegmentListStore = defineStore('segmentList', () => {
  const project = useProjectStore();
  const query = ref('');
  const order = shallowRef<ListOrder>({ column: 'size', direction: 'descending' });
  /** Written by whoever reads the project's notes; empty in a project without any. */
  const names = shallowRef<ReadonlyMap<number, string>>(new Map());
  const statuses = shallowRef<ReadonlyMap<number, SegmentStatus>>(new Map());

  const um3PerVoxel = computed(() => {
    const size = project.info?.voxelSizeNm;
    return size ? (size[0] * size[1] * size[2]) / 1e9 : 0;
  });
  const parsed = computed(() => parseSegmentQuery(query.value, { names: names.value, statuses: statuses.value }));
  const problem = computed(() => ('problem' in parsed.value ? parsed.value.problem : null));
  /** Rows of the project's segment table, in the order of display. */
  const rows = computed(() => {
    const table = project.segments;
    if (table === null) return new Uint32Array();
    const matches = 'matches' in parsed.value ? parsed.value.matches : null;
    return listRows(table, order.value, { names: names.value, statuses: statuses.value }, matches, um3PerVoxel.value);
  });

  /** Orders by a column; the column in force is turned round. Numbers begin with the largest. */
  function orderBy(column: SortColumn): void {
    const { column: now, direction } = order.value;
    const first = column === 'size' || column === 'supervoxels' ? 'descending' : 'ascending';
    const turned = direction === 'ascending' ? 'descending' : 'ascending';
    order.value = { column, direction: column === now ? turned : first };
  }

  return { query, order, names, statuses, um3PerVoxel, problem, rows, orderBy };
});
