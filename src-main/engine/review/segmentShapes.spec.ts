import { expect, it } from 'vitest';

import type { RankingScale } from './candidate.ts';
import { hasEndInside, isEnclosed, isOrphan, isOversize, shapeOf } from './segmentShapes.ts';

const volume = [100, 100, 100] as const;
const box = (min: number, max: number) => ({ min: [min, min, min], max: [max, max, max] }) as const;
/** Sizes around 2^10 voxels, half of them within a factor of two. */
const scale: RankingScale = { threshold: 0.5, leastGain: 1e-4, medianSize: 10, spreadOfSizes: 1 };

it('knows a piece that has lost its ends', () => {
  expect(isOrphan(shapeOf(1000, box(10, 20), volume, null))).toBe(true);
  expect(isOrphan(shapeOf(1000, box(0, 10), volume, null))).toBe(false);
  const process = shapeOf(900, { min: [0, 50, 50], max: [90, 53, 53] }, volume, null);
  expect(process.faces).toBe(1);
  expect(hasEndInside(process)).toBe(true);
  expect(hasEndInside(shapeOf(64_000, { min: [0, 50, 50], max: [40, 90, 90] }, volume, null))).toBe(false);
});

it('knows a fragment within another segment by its contacts, its box and its size', () => {
  const fragment = shapeOf(500, box(40, 50), volume, null);
  const around = shapeOf(200_000, box(20, 90), volume, null);
  expect(isEnclosed(fragment, around, 0.95, scale)).toBe(true);
  expect(isEnclosed(fragment, around, 0.8, scale)).toBe(false);
  expect(isEnclosed(shapeOf(500, box(15, 25), volume, null), around, 0.95, scale)).toBe(false);
  expect(isEnclosed(shapeOf(5000, box(40, 60), volume, null), around, 0.95, scale)).toBe(false);
});

it('calls far too large what lies three deviations above the sizes of the volume', () => {
  const limit = 2 ** (10 + 3 / 0.6745);
  expect(isOversize(limit * 1.01, scale)).toBe(true);
  expect(isOversize(limit * 0.99, scale)).toBe(false);
  expect(isOversize(limit, { ...scale, spreadOfSizes: 0 })).toBe(false);
});
