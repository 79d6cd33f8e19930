import { describe, expect, it } from 'vitest';

import { paintRequest, thinned } from './paintRequest.ts';
import type { Stroke } from './paintRequest.ts';

const STROKE: Stroke = {
  tool: 'brush',
  plane: 'xz',
  points: [
    [1, 2.5, 3],
    [1, 2.5, 9],
  ],
  radiusNm: 40,
  isBall: false,
  over: 'background',
  segment: 7,
  begins: null,
};

describe('paintRequest', () => {
  it('paints in the slice of the panel, or in space', () => {
    expect(paintRequest(STROKE, 12)).toEqual({
      kind: 'paint',
      stroke: { tool: 'brush', plane: 'xz', points: STROKE.points, radiusNm: 40 },
      target: 12,
      over: 'background',
    });
    expect(paintRequest({ ...STROKE, isBall: true }, 'new')).toMatchObject({ stroke: { plane: null }, target: 'new' });
  });

  it('erases voxels of the object alone, whatever is painted over', () => {
    expect(paintRequest({ ...STROKE, tool: 'erase' }, 12)).toMatchObject({ target: 'none', over: { object: 7 } });
    expect(paintRequest({ ...STROKE, tool: 'erase', segment: 0 }, 12)).toMatchObject({ over: 'all' });
  });

  it('is nothing for a lasso without an area', () => {
    expect(paintRequest({ ...STROKE, tool: 'lasso' }, 12)).toBeNull();
    expect(paintRequest({ ...STROKE, points: [] }, 12)).toBeNull();
  });
});

it('thins a line out evenly and keeps its ends', () => {
  const places = Array.from({ length: 101 }, (_, i) => i);
  expect(thinned(places, 5)).toEqual([0, 25, 50, 75, 100]);
  expect(thinned(places, 200)).toBe(places);
});
