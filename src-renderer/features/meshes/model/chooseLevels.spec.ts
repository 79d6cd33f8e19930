import { expect, it } from 'vitest';

import { chooseLevels } from './chooseLevels.ts';

const levels = [0, 1, 2, 3, 4].map((level) => ({
  level,
  voxelSizeNm: [8 * 2 ** level, 8 * 2 ** level, 8 * 2 ** level] as const,
}));

it('shows a small segment at full resolution, after a coarse first version', () => {
  expect(chooseLevels(100_000, levels)).toEqual([2, 0]);
});

it('keeps a large segment within what the view can turn', () => {
  const [, full] = chooseLevels(1e8, levels);
  expect(full).toBeGreaterThan(0);
  expect(chooseLevels(1e15, levels)).toEqual([4]);
});

it('asks once where there is one level', () => {
  expect(chooseLevels(1000, levels.slice(0, 1))).toEqual([0]);
});
