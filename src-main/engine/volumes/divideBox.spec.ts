import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxContains, boxShape, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import { divideBox } from './divideBox.ts';

const small = fc.integer({ min: 1, max: 8 });
const triple = fc.tuple(small, small, small);
const boxes = fc
  .tuple(triple, triple)
  .map(([min, size]): Box => ({ min, max: [min[0] + size[0], min[1] + size[1], min[2] + size[2]] }));

describe('divideBox', () => {
  it('covers the box once, on multiples of the unit, within the limit', () => {
    fc.assert(
      fc.property(boxes, triple, fc.integer({ min: 1, max: 600 }), (box, unit, maxVoxels) => {
        const parts = divideBox(box, unit, maxVoxels);
        expect(parts.reduce((sum, part) => sum + voxelCount(boxShape(part)), 0)).toBe(voxelCount(boxShape(box)));
        for (const part of parts) {
          expect(boxContains(box, part)).toBe(true);
          expect(voxelCount(boxShape(part))).toBeLessThanOrEqual(Math.max(maxVoxels, voxelCount(unit)));
          for (const axis of [0, 1, 2] as const) {
            expect(part.min[axis] === box.min[axis] || part.min[axis] % unit[axis] === 0).toBe(true);
            expect(part.max[axis] === box.max[axis] || part.max[axis] % unit[axis] === 0).toBe(true);
          }
        }
      }),
    );
  });

  it('cuts slices that are larger than the limit', () => {
    const box: Box = { min: [0, 0, 0], max: [1, 30_000, 30_000] };
    const unit: Zyx = [32, 128, 128];
    expect(divideBox(box, unit, 32 * 2 ** 20).length).toBeGreaterThan(20);
  });

  it('makes whole slabs where they fit', () => {
    expect(divideBox({ min: [0, 0, 0], max: [100, 10, 10] }, [4, 5, 5], 1200)).toHaveLength(9);
  });
});
