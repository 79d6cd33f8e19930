import { expect, it } from 'vitest';

import { sliceFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';
import type { Viewport } from '#renderer/rendering/slices/geometry/viewport.ts';

import { brushOutline } from './brushOutline.ts';
import { firstRadius, resized } from './brushSize.ts';

const viewport = (plane: 'xy' | 'xz' | 'yz'): Viewport => ({
  frame: sliceFrame(plane, null),
  centreNm: [100, 200, 300],
  nmPerPixel: 2,
  width: 400,
  height: 200,
  pixelRatio: 1,
});

it('a disc is a circle in its plane and a line in the others', () => {
  expect(brushOutline(viewport('xy'), [100, 220, 310], 50, 'xy')).toEqual({ x: 205, y: 110, across: 25, down: 25 });
  expect(brushOutline(viewport('xz'), [100, 200, 300], 50, 'xy')).toMatchObject({ across: 25, down: 0 });
  expect(brushOutline(viewport('xz'), [100, 200, 300], 50, 'yz')).toMatchObject({ across: 0, down: 25 });
});

it('a ball is as large in a slice as the slice cuts it', () => {
  expect(brushOutline(viewport('xz'), [100, 230, 300], 50, null)).toMatchObject({ across: 20, down: 20 });
  expect(brushOutline(viewport('xz'), [100, 251, 300], 50, null)).toBeNull();
});

it('a brush grows and shrinks in proportion, within bounds', () => {
  const voxel = [40, 8, 8] as const;
  expect(firstRadius(voxel)).toBe(48);
  expect(resized(resized(48, 3, voxel), -3, voxel)).toBeCloseTo(48);
  expect(resized(48, 100, voxel)).toBe(960);
  expect(resized(48, -100, voxel)).toBe(4);
});
