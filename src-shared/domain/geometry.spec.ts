import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { blocksCovering, boxContains, boxOfShape, boxShape, growBox, intersectBoxes, voxelCount } from './geometry.ts';
import type { Zyx } from './geometry.ts';

const triple = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }), fc.integer({ min, max }));

describe('blocksCovering', () => {
  it('covers every voxel of the box exactly once, in raster order', () => {
    fc.assert(
      fc.property(triple(0, 9), triple(1, 9), triple(1, 6), (min, extent, block) => {
        const bounds = { min, max: min.map((value, axis) => value + extent[axis]!) as unknown as Zyx };
        const blocks = blocksCovering(bounds, block);
        expect(blocks.every((box) => boxContains(bounds, box) && voxelCount(boxShape(box)) > 0)).toBe(true);
        expect(blocks.reduce((sum, box) => sum + voxelCount(boxShape(box)), 0)).toBe(voxelCount(boxShape(bounds)));
        const keys = blocks.map((box) => box.min[0] * 1e6 + box.min[1] * 1e3 + box.min[2]);
        expect(keys).toEqual([...keys].sort((a, b) => a - b));
        for (let i = 1; i < blocks.length; i++)
          expect(voxelCount(boxShape(intersectBoxes(blocks[0]!, blocks[i]!)))).toBe(0);
      }),
    );
  });

  it('keeps the lattice anchored at the origin for any region', () => {
    const blocks = blocksCovering({ min: [3, 0, 0], max: [9, 1, 1] }, [4, 4, 4]);
    expect(blocks.map((box) => [box.min[0], box.max[0]])).toEqual([
      [3, 4],
      [4, 8],
      [8, 9],
    ]);
  });
});

describe('growBox', () => {
  it('stops at the bounds', () => {
    expect(growBox({ min: [1, 1, 1], max: [2, 2, 2] }, [3, 0, 1], boxOfShape([4, 4, 4]))).toEqual({
      min: [0, 1, 0],
      max: [4, 2, 3],
    });
  });
});
