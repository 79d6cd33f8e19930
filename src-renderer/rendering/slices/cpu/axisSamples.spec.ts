import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { axisSamples } from './axisSamples.ts';

describe('axisSamples', () => {
  it('takes the texel under the middle of each pixel', () => {
    const { first, end, nearest } = axisSamples(-1, 7, 4, 6);
    expect([first, end]).toEqual([0, 6]);
    expect([...nearest]).toEqual([0, 1, 1, 2, 2, 3]);
  });

  it('weighs the two texels beside the middle of a pixel', () => {
    const { before, after, share } = axisSamples(0, 8, 4, 8);
    expect([...before]).toEqual([0, 0, 0, 1, 1, 2, 2, 3]);
    expect([...after]).toEqual([0, 1, 1, 2, 2, 3, 3, 3]);
    expect([...share]).toEqual([0.75, 0.25, 0.75, 0.25, 0.75, 0.25, 0.75, 0.25]);
  });

  it('gives each pixel to one of two tiles that share an edge', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -20, max: 60, noNaN: true }),
        fc.double({ min: 0.1, max: 4, noNaN: true }),
        (edge, scale) => {
          const before = axisSamples(edge - 16 * scale, edge, 16, 40);
          const after = axisSamples(edge, edge + 16 * scale, 16, 40);
          if (before.end > before.first && after.end > after.first) expect(after.first).toBe(before.end);
          for (const { nearest } of [before, after])
            expect(nearest.every((texel) => texel >= 0 && texel < 16)).toBe(true);
        },
      ),
    );
  });
});
