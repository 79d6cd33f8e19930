import { describe, expect, it } from 'vitest';

import { rotationAbout } from '#renderer/rendering/slices/geometry/quaternion.ts';
import { sliceFrame } from '#renderer/rendering/slices/geometry/sliceFrame.ts';

import { pictureName } from './pictureName.ts';

describe('pictureName', () => {
  it('tells project, plane and slice', () => {
    expect(pictureName('CREMI A', sliceFrame('xz', null), [47.5, 12.9, 3])).toBe('CREMI-A-xz-y12.png');
  });

  it('has no path in it, and no number where the slice is turned', () => {
    const turned = sliceFrame('xy', rotationAbout([0, 1, 0], 0.3));
    expect(pictureName('../a/b: c', turned, [1, 2, 3])).toBe('..-a-b-c-xy-oblique.png');
  });
});
