import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { fourierTransform2d } from './fourierTransform.ts';
import { shiftBetween, spectrumOf } from './phaseCorrelation.ts';

const SIZE = 64;

/** Smooth noise that repeats nowhere, seen through a window at (y, x). */
function image(y: number, x: number, seed: number, contrast = 1): Float64Array {
  const hash = (a: number, b: number) => {
    let h = Math.imul(a + 1000, 0x9e3779b1) ^ Math.imul(b + 1000, 0x85ebca6b) ^ Math.imul(seed, 0x165667b1);
    h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35);
    return ((h ^ (h >>> 13)) >>> 0) / 2 ** 32;
  };
  return Float64Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [row, column] = [Math.floor(i / SIZE) + y, (i % SIZE) + x];
    let sum = 0;
    for (let a = -1; a <= 1; a++) for (let b = -1; b <= 1; b++) sum += hash(row + a, column + b);
    return contrast * sum;
  });
}

describe('shiftBetween', () => {
  it('finds how far the content was moved, whatever the contrast', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.integer(), (y, x, seed) => {
        // A window that moves up sees its content move down.
        const found = shiftBetween(spectrumOf(image(0, 0, seed), SIZE), spectrumOf(image(-y, -x, seed, 0.3), SIZE));
        expect(found.y).toBeCloseTo(y, 0);
        expect(found.x).toBeCloseTo(x, 0);
        expect(found.sure).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('is not sure of images that have nothing in common', () => {
    const found = shiftBetween(spectrumOf(image(0, 0, 1), SIZE), spectrumOf(image(0, 0, 2), SIZE));
    expect(found.sure).toBe(false);
  });
});

describe('fourierTransform2d', () => {
  it('equals the sum that defines it', () => {
    const size = 8;
    const re = Float64Array.from({ length: size * size }, (_, i) => ((i * 37) % 11) - 5);
    const im = Float64Array.from({ length: size * size }, (_, i) => ((i * 23) % 7) - 3);
    const transformed = { size, re: re.slice(), im: im.slice() };
    fourierTransform2d(transformed);
    for (const [v, u] of [
      [0, 0],
      [3, 5],
      [7, 1],
    ]) {
      let [real, imaginary] = [0, 0];
      for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++) {
          const angle = (-2 * Math.PI * (u * x + v * y)) / size;
          const [a, b] = [re[y * size + x], im[y * size + x]];
          real += a * Math.cos(angle) - b * Math.sin(angle);
          imaginary += a * Math.sin(angle) + b * Math.cos(angle);
        }
      expect(transformed.re[v * size + u]).toBeCloseTo(real, 9);
      expect(transformed.im[v * size + u]).toBeCloseTo(imaginary, 9);
    }
  });
});
