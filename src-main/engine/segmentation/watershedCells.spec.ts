import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxContains, boxOfShape, boxShape, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

import { CELL_LIMITS, planCells } from './watershedCells.ts';

const shapes: fc.Arbitrary<Zyx> = fc.tuple(
  fc.integer({ min: 1, max: 900 }),
  fc.integer({ min: 1, max: 6000 }),
  fc.integer({ min: 1, max: 6000 }),
);

describe('planCells', () => {
  it('covers every voxel once, with cells that see beyond themselves but not beyond the volume', () => {
    fc.assert(
      fc.property(fc.constantFrom('distance-transform-2d', 'distance-transform-3d'), shapes, (method, shape) => {
        const cells = planCells(method, shape).flatMap((slab) => slab.cells);
        expect(cells.reduce((sum, { box }) => sum + voxelCount(boxShape(box)), 0)).toBe(voxelCount(shape));
        for (const { box, window } of cells) {
          expect(boxContains(boxOfShape(shape), window)).toBe(true);
          expect(boxContains(window, box)).toBe(true);
        }
      }),
    );
  });

  it('takes slices as a whole, as many as fit into memory, and cuts those that are too wide into equal parts', () => {
    const [slab, next] = planCells('distance-transform-2d', [100, 1024, 2048]);
    expect(slab).toMatchObject({ sections: 8, cells: [{ box: { min: [0, 0, 0], max: [8, 1024, 2048] } }] });
    expect(slab.cells[0].window).toEqual(slab.cells[0].box);
    expect(next.cells[0].box.min).toEqual([8, 0, 0]);
    const [wide] = planCells('distance-transform-2d', [1, 1000, 2100]);
    expect(wide.cells.map(({ box }) => box.max[2] - box.min[2])).toEqual([1050, 1050]);
    expect(wide.cells[0].window.max[2]).toBe(1050 + CELL_LIMITS.sliceMargin);
  });

  it('holds no more than its share of memory, however large the volume is', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { widestSlice, sliceMargin, slabVoxels, cellEdge, cellMargin } = CELL_LIMITS;
        const widest = (widestSlice + 2 * sliceMargin) ** 2;
        const largest = (method: Parameters<typeof planCells>[0]) =>
          Math.max(
            ...planCells(method, shape).flatMap(({ cells }) => cells.map(({ window }) => voxelCount(boxShape(window)))),
          );
        expect(largest('distance-transform-2d')).toBeLessThanOrEqual(1.6 * Math.max(slabVoxels, widest));
        expect(largest('distance-transform-3d')).toBeLessThanOrEqual((cellEdge + 2 * cellMargin) ** 3);
      }),
    );
  });
});
