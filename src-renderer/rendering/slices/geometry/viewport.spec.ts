import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { PLANES } from '#contract/values.ts';
import type { Zyx } from '#domain/geometry.ts';

import { rotationAbout } from './quaternion.ts';
import { frameBounds, sliceFrame } from './sliceFrame.ts';
import { centreAfterZoom, placeOf, pointAt, visibleRect } from './viewport.ts';
import type { Viewport } from './viewport.ts';
import { clampScale, scaleToFit } from './zoomLimits.ts';

const VIEW: Viewport = {
  frame: sliceFrame('xy', null),
  centreNm: [300, 1200, 600],
  nmPerPixel: 4,
  width: 200,
  height: 100,
  pixelRatio: 1,
};
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const anyViewport = fc
  .record({
    plane: fc.constantFrom(...PLANES),
    turn: fc.option(number(-3, 3)),
    centreNm: fc.tuple(number(0, 1e5), number(0, 1e5), number(0, 1e5)),
    nmPerPixel: number(0.1, 1000),
    width: fc.integer({ min: 1, max: 4000 }),
    height: fc.integer({ min: 1, max: 4000 }),
  })
  .map(({ plane, turn, ...rest }): Viewport => ({
    ...rest,
    frame: sliceFrame(plane, turn === null ? null : rotationAbout([0.6, 0, 0.8], turn)),
    pixelRatio: 1,
  }));

describe('a viewport', () => {
  it('has columns along the first letter of its plane and rows along the second', () => {
    expect(pointAt(VIEW, 110, 50)).toEqual([300, 1200, 640]);
    expect(pointAt(VIEW, 100, 60)).toEqual([300, 1240, 600]);
    expect(pointAt({ ...VIEW, frame: sliceFrame('xz', null) }, 110, 60)).toEqual([340, 1200, 640]);
    expect(pointAt({ ...VIEW, frame: sliceFrame('yz', null) }, 110, 60)).toEqual([340, 1240, 600]);
  });

  it('finds the place of a point that it showed', () => {
    fc.assert(
      fc.property(anyViewport, number(-100, 5000), number(-100, 5000), (viewport, x, y) => {
        const [px, py] = placeOf(viewport, pointAt(viewport, x, y));
        expect(px).toBeCloseTo(x, 4);
        expect(py).toBeCloseTo(y, 4);
      }),
    );
  });

  it('keeps the point under the pointer when the scale changes', () => {
    fc.assert(
      fc.property(anyViewport, number(0, 4000), number(0, 4000), number(0.1, 1000), (viewport, x, y, nmPerPixel) => {
        const point = pointAt(viewport, x, y);
        const centreNm = centreAfterZoom(viewport, x, y, nmPerPixel);
        pointAt({ ...viewport, centreNm, nmPerPixel }, x, y).forEach((value, i) =>
          expect(value).toBeCloseTo(point[i], 4),
        );
      }),
    );
  });

  it('shows a rectangle of its frame', () => {
    expect(visibleRect(VIEW)).toEqual({ u0: 200, v0: 1000, u1: 1000, v1: 1400 });
  });
});

describe('frameBounds', () => {
  it('is the slice itself along the axes', () => {
    expect(frameBounds(sliceFrame('xz', null), [10, 20, 30])).toEqual({ min: [0, 0], max: [30, 10] });
  });
});

describe('the scale', () => {
  const shape: Zyx = [80, 1024, 1024];
  const voxelSizeNm: Zyx = [30, 6, 6];

  it('fits a slice into a panel, or fills the panel with it', () => {
    expect(scaleToFit('contain', 'xy', shape, voxelSizeNm, [484, 700])).toBeCloseTo(6144 / 484);
    expect(scaleToFit('cover', 'xy', shape, voxelSizeNm, [484, 700])).toBeCloseTo(6144 / 700);
    expect(scaleToFit('contain', 'xz', shape, voxelSizeNm, [300, 100])).toBeCloseTo(24);
  });

  it('stays between a voxel of 64 pixels and a volume of 64 pixels', () => {
    expect(clampScale(1e-9, shape, voxelSizeNm)).toBeCloseTo(6 / 64);
    expect(clampScale(1e9, shape, voxelSizeNm)).toBeCloseTo(96);
  });
});
