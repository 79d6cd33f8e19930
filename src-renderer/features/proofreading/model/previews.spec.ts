import { describe, expect, it } from 'vitest';

import { countSegments, objectDiff, withSides } from './previews.ts';

const now = Uint32Array.of(0, 1, 1, 1, 4, 4, 6);

describe('previews', () => {
  it('of a cut name each side after its lowest supervoxel', () => {
    const { assignment, segments } = withSides(now, [[3], [1, 2]]);
    expect(segments).toEqual([3, 1]);
    expect([...assignment]).toEqual([0, 1, 1, 3, 4, 4, 6]);
  });

  it('of a cut that divides a supervoxel hold the new ones too', () => {
    const { assignment, segments } = withSides(now, [
      [1, 3],
      [2, 7, 9],
    ]);
    expect(segments).toEqual([1, 2]);
    expect([...assignment]).toEqual([0, 1, 2, 1, 4, 4, 6, 2, 0, 2]);
  });

  it('say what an object gains, loses and takes in whole', () => {
    const after = Uint32Array.of(0, 1, 1, 3, 1, 1, 6);
    expect(objectDiff(now, after, 1)).toEqual({ gained: 2, lost: 1, absorbed: 1 });
    const partly = Uint32Array.of(0, 1, 1, 1, 1, 5, 6);
    expect(objectDiff(now, partly, 1)).toEqual({ gained: 1, lost: 0, absorbed: 0 });
  });

  it('count segments', () => expect(countSegments(now)).toBe(3));
});
