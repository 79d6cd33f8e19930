import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { dragContrast } from './dragContrast.ts';

describe('a drag for contrast', () => {
  it('to the right narrows the range about its middle', () => {
    expect(dragContrast([50, 150], 200, 0, 1)).toEqual([75, 125]);
    expect(dragContrast([50, 150], -200, 0, 1)).toEqual([0, 200]);
  });

  it('upwards makes the image brighter', () => {
    expect(dragContrast([50, 150], 0, -100, 1)).toEqual([0, 100]);
  });

  it('never turns black and white round, and is taken back by the way back', () => {
    const pixels = fc.integer({ min: -900, max: 900 });
    fc.assert(
      fc.property(pixels, pixels, (dx, dy) => {
        const [black, white] = dragContrast([40, 200], dx, dy, 1);
        expect(white - black).toBeGreaterThanOrEqual(1 - 1e-9);
        const back = dragContrast(dragContrast([40, 200], dx, 0, 0), -dx, 0, 0);
        expect(back[0]).toBeCloseTo(40, 6);
        expect(back[1]).toBeCloseTo(200, 6);
      }),
    );
  });
});
