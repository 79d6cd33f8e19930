import { describe, expect, it } from 'vitest';

import { enlarge, halved } from './draft.ts';

describe('a draft', () => {
  it('has half of the pixels along each axis, rounded up, with everything in its place', () => {
    const tile = { channels: [0], rect: [-4, 2, 6, 12] as const, columns: 10, rows: 10 };
    const image = { tiles: [tile], isFloat: false, isSmooth: true, limits: [0, 255] as const, opacity: 1 };
    const half = halved({ width: 5, height: 4, pixelRatio: 1, isDraft: true, images: [image], labels: null });
    expect(half).toMatchObject({
      width: 3,
      height: 2,
      pixelRatio: 0.5,
      images: [{ tiles: [{ rect: [-2, 1, 3, 6] }] }],
    });
  });

  it('fills the panel, also one of an odd size', () => {
    const picture = new Uint32Array(15);
    enlarge(Uint32Array.of(1, 2, 3, 4, 5, 6), 3, picture, 5, 3);
    expect([...picture]).toEqual([1, 1, 2, 2, 3, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6]);
  });
});
