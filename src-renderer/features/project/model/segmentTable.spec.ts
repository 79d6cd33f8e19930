import fc from 'fast-check';
import { expect, it } from 'vitest';

import { buildSegmentTable, NO_ROW, supervoxelsOf } from './segmentTable.ts';

/** A partition of 1..n in which a segment has the id of its smallest member. */
const partition = fc.array(fc.nat(), { maxLength: 40 }).map((parents) => {
  const assignment = new Uint32Array(parents.length + 1);
  parents.forEach((parent, i) => {
    const id = i + 1;
    assignment[id] = parent % id === 0 ? id : assignment[parent % id];
  });
  return assignment;
});

it('has one row per segment, whose supervoxels and voxels add up', () => {
  fc.assert(
    fc.property(partition, (assignment) => {
      const count = assignment.length - 1;
      const geometry = {
        count,
        sizes: Float64Array.from({ length: count }, (_, i) => i + 1),
        boxes: Int32Array.from({ length: 6 * count }, (_, i) => Math.floor(i / 6) + (i % 6 < 3 ? 0 : 2)),
      };
      const table = buildSegmentTable(assignment, geometry);
      expect([...table.ids]).toEqual([...new Set(assignment.subarray(1))].sort((a, b) => a - b));
      table.ids.forEach((segment, row) => {
        const members = supervoxelsOf(assignment, segment);
        expect(table.rowOf[segment]).toBe(row);
        expect(table.supervoxels[row]).toBe(members.length);
        expect(table.sizes[row]).toBe(members.reduce((sum, id) => sum + id, 0));
        expect(table.boxes[6 * row]).toBe(members[0] - 1);
        expect(table.boxes[6 * row + 3]).toBe(members.at(-1)! - 1 + 2);
      });
      expect(table.rowOf[0]).toBe(NO_ROW);
    }),
  );
});
