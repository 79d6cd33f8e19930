import { describe, expect, it } from 'vitest';

import { crosshairArms, grabOf } from './crosshair.ts';

describe('crosshairArms', () => {
  it('leaves a gap around the crossing', () => {
    const { horizontal, vertical } = crosshairArms(100, 50, 200, 120);
    expect(horizontal).toEqual([
      { x1: 0, y1: 50.5, x2: 86.5, y2: 50.5 },
      { x1: 114.5, y1: 50.5, x2: 200, y2: 50.5 },
    ]);
    expect(vertical.map(({ y1, y2 }) => [y1, y2])).toEqual([
      [0, 36.5],
      [64.5, 120],
    ]);
  });

  it('draws only the line that meets the panel', () => {
    const { horizontal, vertical } = crosshairArms(-40, 50, 200, 120);
    expect(vertical).toEqual([]);
    expect(horizontal).toEqual([{ x1: 0, y1: 50.5, x2: 200, y2: 50.5 }]);
  });
});

describe('grabOf', () => {
  it('takes a line away from the crossing', () => {
    expect(grabOf(100, 50, 103, 10)).toEqual({ horizontally: true, vertically: false });
    expect(grabOf(100, 50, 10, 48)).toEqual({ horizontally: false, vertically: true });
  });

  it('leaves the gap and the image alone', () => {
    expect(grabOf(100, 50, 101, 51)).toBeNull();
    expect(grabOf(100, 50, 30, 10)).toBeNull();
  });
});
