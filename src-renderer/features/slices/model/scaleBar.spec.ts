import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { THIN_SPACE } from '#renderer/format/index.ts';

import { scaleBar } from './scaleBar.ts';

describe('scaleBar', () => {
  it.each([
    [4, 140, '500 nm', 125],
    [8, 150, '1 µm', 125],
    [0.05, 100, '5 nm', 100],
    [40_000, 100, '2 mm', 50],
  ])('at %f nm for a pixel and %d pixels is %s', (nmPerPixel, most, label, width) => {
    const bar = scaleBar(nmPerPixel, most);
    expect(bar.label).toBe(label.replace(' ', THIN_SPACE));
    expect(bar.widthPx).toBeCloseTo(width);
  });

  it('is never longer than allowed nor shorter than two fifths of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (nmPerPixel) => {
        const { widthPx } = scaleBar(nmPerPixel, 120);
        expect(widthPx).toBeLessThanOrEqual(120.001);
        expect(widthPx).toBeGreaterThanOrEqual(0.399 * 120);
      }),
    );
  });
});
