import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { THIN_SPACE } from './numbers.ts';
import { scaleBar } from './scaleBar.ts';

describe('scaleBar', () => {
  it.each([
    [4, 1000, '500 nm', 125],
    [8, 480, '1 µm', 125],
    [0.05, 400, '5 nm', 100],
    [40_000, 400, '2 mm', 50],
  ])('at %f nm for a pixel in a view of %d pixels is %s', (nmPerPixel, viewWidth, label, width) => {
    const bar = scaleBar(nmPerPixel, viewWidth);
    expect(bar.label).toBe(label.replace(' ', THIN_SPACE));
    expect(bar.widthPx).toBeCloseTo(width);
  });

  it('is never longer than allowed nor shorter than two fifths of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (nmPerPixel) => {
        const { widthPx } = scaleBar(nmPerPixel, 400);
        expect(widthPx).toBeLessThanOrEqual(120.001);
        expect(widthPx).toBeGreaterThanOrEqual(0.399 * 120);
      }),
    );
  });
});
