import { describe, expect, it } from 'vitest';

import { segmentColour } from '#domain/segmentColour.ts';

import { overlaySegments, previewImage } from './previewImage.ts';
import { boxOfDrag, rectangleOf } from './previewRegion.ts';

const block = { type: 'uint8' as const, depth: 1, rows: 2, columns: 3, voxels: new Uint8Array([1, 2, 3, 4, 5, 6]) };
const greys = (pixels: Uint8ClampedArray) => [...pixels].filter((_, i) => i % 4 === 0);

describe('preview images', () => {
  it('are grey, and turned where YZ is drawn beside XY', () => {
    expect(greys(previewImage(block, 'image', false).pixels)).toEqual([1, 2, 3, 4, 5, 6]);
    const turned = previewImage(block, 'image', true);
    expect([turned.width, turned.height]).toEqual([2, 3]);
    expect(greys(turned.pixels)).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('colour labels as the program does', () => {
    expect([...previewImage(block, 'labels', false).pixels.slice(0, 4)]).toEqual([...segmentColour(1), 255]);
  });

  it('lay segments over the image and leave background grey', () => {
    const { pixels } = overlaySegments(block, [0, 7, 0, 0, 0, 0], 1);
    expect([...pixels.slice(0, 3)]).toEqual([1, 1, 1]);
    expect([...pixels.slice(4, 7)]).toEqual([...segmentColour(7)]);
  });
});

describe('boxes drawn on a preview', () => {
  const shape = [80, 100, 200] as const;
  const whole = { min: [0, 0, 0], max: shape } as const;

  it('lie where they were drawn, in any direction, and keep the axis that is cut', () => {
    const drawn = boxOfDrag(whole, shape, 'xy', [0.75, 0.5], [0.25, 0.1]);
    expect(drawn).toEqual({ min: [0, 10, 50], max: [80, 50, 150] });
    expect(rectangleOf(drawn, shape, 'xy')).toEqual({ left: 0.25, top: 0.1, width: 0.5, height: 0.4 });
    expect(boxOfDrag(drawn, shape, 'yz', [0.5, 0], [1, 1])).toEqual({ min: [40, 0, 50], max: [80, 100, 150] });
  });

  it('hold at least a voxel and stay inside', () => {
    expect(boxOfDrag(whole, shape, 'xz', [2, 2], [2, 2])).toEqual({ min: [79, 0, 199], max: [80, 100, 200] });
  });
});
