import { describe, expect, it } from 'vitest';

import { curvePath, segmentsAt } from './curvePath.ts';

const points = [
  { threshold: 0, segments: 1 },
  { threshold: 0.5, segments: 3 },
  { threshold: 1, segments: 5 },
];

describe('the curve of an object', () => {
  it('is a staircase from the bottom to the top', () => {
    expect(curvePath(points, 100, 40)).toBe('M0.0 40.0H50.0V20.0H100.0V0.0');
  });

  it('of an object that never falls apart is a line at the bottom', () => {
    expect(curvePath([points[0], { threshold: 1, segments: 1 }], 10, 8)).toBe('M0.0 8.0H10.0V8.0');
  });

  it('says the count between its points', () => {
    expect([0, 0.49, 0.5, 1].map((threshold) => segmentsAt(points, threshold))).toEqual([1, 1, 3, 5]);
  });
});
