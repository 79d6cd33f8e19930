import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxContains, boxOfShape, boxShape, voxelCount } from '#domain/geometry.ts';

import { parseRegion, regionTextOf, smallBox, WHOLE_VOLUME, withCorner } from './region.ts';

describe('parseRegion', () => {
  it('reads empty fields as the ends of the volume', () => {
    expect(parseRegion(WHOLE_VOLUME, [80, 1024, 1000])).toEqual({ box: null });
    expect(parseRegion(withCorner(WHOLE_VOLUME, 'min', 2, '10'), [80, 1024, 1000])).toEqual({
      box: { min: [0, 0, 10], max: [80, 1024, 1000] },
    });
  });

  it('says which axis is wrong and how', () => {
    const problem = (corner: 'min' | 'max', axis: 0 | 1 | 2, text: string) =>
      parseRegion(withCorner(WHOLE_VOLUME, corner, axis, text), [80, 1024, 1000]);
    expect(problem('max', 0, '81')).toEqual({ problem: 'z ends at 80; 81 lies outside.' });
    expect(problem('min', 1, '1024')).toEqual({ problem: 'y from 1024 to 1024 holds no voxels.' });
    expect(problem('min', 2, '1.5')).toMatchObject({ problem: expect.stringContaining('no whole number') as string });
  });

  it('reads back what it would type', () => {
    const box = { min: [1, 2, 3], max: [10, 20, 30] } as const;
    expect(parseRegion(regionTextOf(box), [80, 1024, 1000])).toEqual({ box });
  });
});

describe('smallBox', () => {
  const side = fc.integer({ min: 1, max: 4000 });
  const size = fc.integer({ min: 1, max: 100 });

  it('lies in the region, holds voxels, and about as many as a minute takes', () => {
    fc.assert(
      fc.property(
        fc.tuple(side, side, side),
        fc.tuple(size, size, size),
        fc.integer({ min: 1, max: 1e6 }),
        (shape, voxelSize, speed) => {
          const box = smallBox(boxOfShape(shape), voxelSize, speed);
          expect(boxContains(boxOfShape(shape), box)).toBe(true);
          expect(voxelCount(boxShape(box))).toBeGreaterThan(0);
          expect(voxelCount(boxShape(box))).toBeLessThanOrEqual(2 ** 24 * 1.1 + 4000);
        },
      ),
    );
  });

  it('is as deep as it is wide in nanometres', () => {
    const [z, y, x] = boxShape(smallBox(boxOfShape([400, 4000, 4000]), [30, 6, 6], null));
    expect(Math.abs(y - x)).toBeLessThanOrEqual(1);
    expect((z * 30) / (x * 6)).toBeCloseTo(1, 1);
  });
});
