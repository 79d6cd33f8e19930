import { describe, expect, it } from 'vitest';

import { histogramOfValues, meanOf, standardDeviationOf } from '../histogram.ts';

import { bindProcessing, mapValue, mapValuesInPlace, needsStatistics } from './processing.ts';
import { processingSchema } from './rdfSchema.ts';

const steps = (...list: unknown[]) => list.map((step) => processingSchema.parse(step));
const values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 100];
const histogram = histogramOfValues(values);

describe('bindProcessing', () => {
  it('brings a volume to zero mean and unit variance', () => {
    const map = bindProcessing(
      steps({ id: 'ensure_dtype', kwargs: { dtype: 'float32' } }, { id: 'zero_mean_unit_variance' }),
      histogram,
    );
    const mapped = histogramOfValues(values.map((value) => mapValue(map, value)));
    expect(meanOf(mapped)).toBeCloseTo(0, 9);
    expect(standardDeviationOf(mapped)).toBeCloseTo(1, 6);
    expect(map).toHaveLength(1);
  });

  it('brings percentiles to 0 and 1', () => {
    const map = bindProcessing(
      steps({ id: 'scale_range', kwargs: { axes: ['z', 'y', 'x'], min_percentile: 0, max_percentile: 50 } }),
      histogram,
    );
    expect(mapValue(map, 0)).toBeCloseTo(0, 5);
    expect(mapValue(map, 4.5)).toBeCloseTo(1, 5);
  });

  it('takes the statistics of a step after the steps before it', () => {
    const map = bindProcessing(
      steps({ id: 'clip', kwargs: { min: 0, max: 8 } }, { id: 'zero_mean_unit_variance' }),
      histogram,
    );
    const clipped = histogramOfValues(values.map((value) => Math.min(value, 8)));
    expect(mapValue(map, 100)).toBeCloseTo((8 - meanOf(clipped)) / standardDeviationOf(clipped), 5);
  });

  it('needs no statistics for steps with fixed numbers', () => {
    const fixed = steps(
      { id: 'scale_linear', kwargs: { gain: [2], offset: 1 } },
      { id: 'fixed_zero_mean_unit_variance', kwargs: { mean: 5, std: 4 } },
      { id: 'sigmoid' },
    );
    expect(needsStatistics(fixed)).toBe(false);
    const map = bindProcessing(fixed, null);
    expect(mapValue(map, 4)).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
    const array = Float32Array.of(4, 2);
    mapValuesInPlace(map, array);
    expect([...array]).toEqual([Math.fround(mapValue(map, 4)), 0.5]);
  });

  it('refuses statistics for each section', () => {
    const perSection = steps({ id: 'zero_mean_unit_variance', kwargs: { axes: ['y', 'x'] } });
    expect(() => bindProcessing(perSection, histogram)).toThrow(/over the axes y, x is not supported/);
  });
});
