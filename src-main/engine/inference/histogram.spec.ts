import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { histogramOfValues, mapHistogram, meanOf, percentileOf, standardDeviationOf } from './histogram.ts';

const samples = fc.array(fc.integer({ min: -50, max: 300 }), { minLength: 1, maxLength: 60 });

describe('histogram', () => {
  it('gives mean, deviation and percentiles of the values themselves', () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 100, noNaN: true }), (values, p) => {
        const histogram = histogramOfValues(values);
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
        expect(meanOf(histogram)).toBeCloseTo(mean, 9);
        expect(standardDeviationOf(histogram)).toBeCloseTo(Math.sqrt(variance), 9);

        const sorted = values.toSorted((a, b) => a - b);
        const rank = (p / 100) * (sorted.length - 1);
        const below = Math.floor(rank);
        const above = sorted[Math.min(below + 1, sorted.length - 1)];
        expect(percentileOf(histogram, p)).toBeCloseTo(sorted[below] + (rank - below) * (above - sorted[below]), 9);
      }),
    );
  });

  it('follows a map of the values', () => {
    const histogram = mapHistogram(histogramOfValues([1, 2, 2, 9]), (value) => Math.min(value, 4));
    expect(meanOf(histogram)).toBe(2.25);
    expect(percentileOf(histogram, 100)).toBe(4);
  });
});
