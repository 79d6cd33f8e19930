import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { stepOn, thresholdScale } from './thresholdScale.ts';

describe('the scale of thresholds', () => {
  it('is the threshold itself where there was no multicut', () => {
    const scale = thresholdScale(null);
    expect(scale.name).toBe('Threshold');
    expect([scale.toValue(0.3), scale.toThreshold(0.3), scale.min, scale.max]).toEqual([0.3, 0.3, 0, 1]);
  });

  it('is beta in the project of a multicut: solved stands at one half, exactly, and more is cut as either rises', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 99 }),
        (solved, one, other) => {
          const scale = thresholdScale(solved / 100);
          expect(scale.toThreshold(solved / 100)).toBe(0.5);
          expect(scale.toValue(0.5)).toBeCloseTo(solved / 100, 12);
          const [low, high] = [Math.min(one, other) / 100, Math.max(one, other) / 100];
          expect(scale.toThreshold(low)).toBeLessThanOrEqual(scale.toThreshold(high));
          expect(scale.toValue(scale.toThreshold(low))).toBeCloseTo(low, 9);
        },
      ),
    );
    expect(thresholdScale(0.25).toThreshold(0.4)).toBeCloseTo((0.4 * 0.75) / (0.4 * 0.75 + 0.6 * 0.25), 12);
  });

  it('moves in hundredths of what is shown, and not beyond its ends', () => {
    const scale = thresholdScale(0.25);
    expect(stepOn(scale, scale.toValue(0.5), 1)).toBe(0.26);
    expect(stepOn(scale, 0.99, 1)).toBe(0.99);
    expect(stepOn(thresholdScale(null), 0.004, -1)).toBe(0);
    expect(stepOn(scale, scale.toValue(0), -1)).toBe(0.01);
  });
});
