import { describe, expect, it } from 'vitest';

import { rotationAbout } from '#renderer/rendering/slices/geometry/quaternion.ts';
import { sliceFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';

import { axisMarks } from './axisMarks.ts';
import { sliceTag } from './sliceTag.ts';

describe('sliceTag', () => {
  it('names the axis that the plane cuts', () => {
    expect(sliceTag(sliceFrame('xy', null), [47.5, 1, 2], [80, 100, 100])).toBe('z 47 of 80');
    expect(sliceTag(sliceFrame('yz', null), [47.5, 1, 2.2], [80, 100, 100])).toBe('x 2 of 100');
  });

  it('says how far an oblique slice is turned', () => {
    const frame = sliceFrame('xy', rotationAbout([0, 0, 1], Math.PI / 6));
    expect(sliceTag(frame, [0, 0, 0], [80, 100, 100])).toBe('oblique 30°');
  });
});

describe('axisMarks', () => {
  it('marks the two axes of a plane', () => {
    expect(axisMarks(sliceFrame('xz', null))).toEqual([
      { name: 'x', dx: 1, dy: 0 },
      { name: 'z', dx: 0, dy: 1 },
    ]);
  });

  it('marks three in a slice at an angle', () => {
    const frame = sliceFrame('xy', rotationAbout([0, 0.6, 0.8], 0.9));
    expect(axisMarks(frame).map(({ name }) => name)).toEqual(['x', 'y', 'z']);
  });
});
