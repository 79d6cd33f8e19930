import { expect, it } from 'vitest';

import { anchorBoxes, nearestToMiddle } from './anchorBox.ts';

const levels = [
  { shape: [512, 2048, 2048], factor: [1, 1, 1] },
  { shape: [512, 1024, 1024], factor: [1, 2, 2] },
  { shape: [256, 512, 512], factor: [2, 4, 4] },
] as const;

it('looks at the full resolution alone where the supervoxel is small', () => {
  expect(anchorBoxes([10, 20, 30, 20, 40, 50], [...levels])).toEqual([
    { level: 0, min: [10, 20, 30], shape: [10, 20, 20], factor: [1, 1, 1] },
  ]);
});

it('begins coarse where it is large, and reads little at every level', () => {
  const boxes = anchorBoxes([0, 0, 0, 100, 400, 400], [...levels]);
  expect(boxes.map(({ level }) => level)).toEqual([2, 1, 0]);
  for (const { shape } of boxes) expect(shape[0] * shape[1] * shape[2]).toBeLessThanOrEqual(600_000);
});

it('takes the voxel nearest to the middle, and none where the id is absent', () => {
  expect(nearestToMiddle([5, 0, 0, 5], [1, 2, 2], 5)).toEqual([0, 1, 1]);
  expect(nearestToMiddle([1, 1, 1, 5], [1, 1, 4], 5)).toEqual([0, 0, 3]);
  expect(nearestToMiddle([1, 1, 1, 1], [1, 1, 4], 5)).toBe(null);
});
