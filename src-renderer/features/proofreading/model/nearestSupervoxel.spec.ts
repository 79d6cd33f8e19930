import { describe, expect, it } from 'vitest';

import { boxAround, nearestSupervoxel } from './nearestSupervoxel.ts';

describe('the supervoxel under a place of a surface', () => {
  // Two slices of 1 x 3 voxels; slices are ten times as thick as voxels are wide.
  const labels = [9, 9, 5, 5, 9, 9];
  const find = (place: readonly [number, number, number]) =>
    nearestSupervoxel(labels, [10, 20, 30], [2, 1, 3], place, [40, 4, 4], (id) => id === 5);

  it('is the nearest of the object in nanometres, not in voxels', () => {
    expect(find([10.6, 20.5, 30.5])).toEqual({ supervoxel: 5, voxel: [10, 20, 32] });
    expect(find([11.5, 20.5, 30.5])).toEqual({ supervoxel: 5, voxel: [11, 20, 30] });
  });

  it('is none where the object is not near', () => {
    expect(nearestSupervoxel(labels, [0, 0, 0], [2, 1, 3], [0, 0, 0], [1, 1, 1], () => false)).toBeNull();
  });
});

describe('the box that is searched', () => {
  it('stays within the volume', () => {
    expect(boxAround([0.5, 50, 99.5], [40, 100, 100], [40, 4, 4], 20)).toEqual({ min: [0, 45, 94], shape: [2, 11, 6] });
  });
});
