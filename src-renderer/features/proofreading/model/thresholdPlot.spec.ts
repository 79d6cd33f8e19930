import { describe, expect, it } from 'vitest';

import type { CurvePoint } from '#contract/routes/edits.ts';

import { bestPoint, depthOf, pointAt, shareOf, stairPath, thresholdAt } from './thresholdPlot.ts';
import { thresholdScale } from './thresholdScale.ts';

const point = (threshold: number, segments: number, vi: number | null = null): CurvePoint => ({
  ...{ threshold, segments, largestVoxels: 10 },
  vi: vi === null ? null : { split: vi / 4, merge: (3 * vi) / 4 },
});
const points = [point(0, 1), point(0.5, 3), point(1, 5)];

describe('the plot of a threshold', () => {
  it('is a staircase from the bottom to the top', () => {
    expect(stairPath([0, 0.5, 1], [1, 3, 5], [1, 5], { width: 100, height: 40 })).toBe('M0.0 40.0H50.0V20.0H100.0V0.0');
  });

  it('of what never changes is a line at the bottom', () => {
    expect(stairPath([0, 1], [7, 7], [7, 7], { width: 10, height: 8 })).toBe('M0.0 8.0H10.0V8.0');
    expect(depthOf(3, [3, 3])).toBe(1);
    expect([-1, 9].map((value) => depthOf(value, [0, 5]))).toEqual([1, 0]);
  });

  it('stands on the scale that people move: hundredths of a threshold, or of beta', () => {
    const beta = thresholdScale(0.25);
    expect(shareOf(thresholdScale(null), 0.3)).toBe(0.3);
    expect(shareOf(beta, 0.5)).toBeCloseTo((0.25 - 0.01) / 0.98, 12);
    expect(thresholdAt(thresholdScale(null), 0.4242)).toBe(0.42);
    expect(thresholdAt(beta, shareOf(beta, 0.5))).toBe(0.5);
    expect(thresholdAt(beta, -3)).toBe(beta.toThreshold(0.01));
  });

  it('says what holds between its points', () => {
    expect([0, 0.49, 0.5, 1].map((threshold) => pointAt(points, threshold).segments)).toEqual([1, 1, 3, 5]);
    expect(pointAt(points.slice(1), 0.2).segments).toBe(3);
  });
});

describe('the best threshold', () => {
  const curve = [point(0.1, 1, 2), point(0.2, 2, 0.5), point(0.3, 2, 0.5), point(0.4, 3, 0.5), point(0.5, 4, 1)];

  it('has the lowest variation of information, the nearest where several have it', () => {
    expect(bestPoint(curve, 0.9)?.threshold).toBe(0.4);
    expect(bestPoint(curve, 0)?.threshold).toBe(0.2);
    expect(bestPoint(curve, 0.29)?.threshold).toBe(0.3);
  });

  it('is not known without ground truth', () => {
    expect(bestPoint(points, 0.5)).toBeNull();
  });
});
