import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { meanOf } from './averageAffinities.ts';

/** To the nearest byte, a half to the even one. */
function nearestByte(sum: number, count: number): number {
  const whole = Math.floor(sum / count);
  const twiceTheRest = 2 * (sum - whole * count);
  if (twiceTheRest === count) return whole % 2 === 0 ? whole : whole + 1;
  return twiceTheRest < count ? whole : whole + 1;
}

describe('the mean of volumes', () => {
  const bytes = fc
    .integer({ min: 1, max: 40 })
    .chain((length) =>
      fc.array(fc.uint8Array({ minLength: length, maxLength: length }), { minLength: 1, maxLength: 5 }),
    );

  it('of bytes is the nearest byte, a half the even one', () => {
    fc.assert(
      fc.property(bytes, (parts) => {
        const sums = [...parts[0]].map((_, i) => parts.reduce((sum, part) => sum + part[i], 0));
        expect([...meanOf(parts, 'uint8')]).toEqual(sums.map((sum) => nearestByte(sum, parts.length)));
      }),
    );
  });

  it('of probabilities is not rounded', () => {
    const mean = meanOf([Float32Array.of(0.25, 1), Float32Array.of(0.5, 0)], 'float32');
    expect(mean).toEqual(Float32Array.of(0.375, 0.5));
  });
});
