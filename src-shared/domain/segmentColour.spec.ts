import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { mix32, oklchToRgb, segmentColour } from './segmentColour.ts';

describe('segmentColour', () => {
  it('gives an id the same colour every time and black to 0', () => {
    expect(segmentColour(0)).toEqual([0, 0, 0]);
    expect(segmentColour(4_294_967_295)).toEqual(segmentColour(4_294_967_295));
  });

  it('uses the whole palette of 72 colours evenly', () => {
    const uses = new Map<string, number>();
    for (let id = 1; id <= 72_000; id++) {
      const key = segmentColour(id).join();
      uses.set(key, (uses.get(key) ?? 0) + 1);
    }
    expect(uses.size).toBe(72);
    expect(Math.min(...uses.values())).toBeGreaterThan(800);
  });

  it('deals the colours anew for another salt', () => {
    const ids = Array.from({ length: 200 }, (_, i) => i + 1);
    const moved = ids.filter((id) => segmentColour(id, 1).join() !== segmentColour(id).join());
    expect(moved.length).toBeGreaterThan(180);
  });
});

describe('mix32', () => {
  it('maps different ids to different values', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (a, b) => {
        expect(mix32(a) === mix32(b)).toBe(a === b);
      }),
    );
  });
});

describe('oklchToRgb', () => {
  it('agrees with known colours', () => {
    expect(oklchToRgb(1, 0, 0)).toEqual([255, 255, 255]);
    expect(oklchToRgb(0, 0, 0)).toEqual([0, 0, 0]);
    expect(oklchToRgb(0.627955, 0.257683, 29.2339)).toEqual([255, 0, 0]);
  });
});
