import { describe, expect, it } from 'vitest';

import { largestMembers, previewMembers } from './previewMembers.ts';

const present = Uint32Array.of(0, 1, 1, 3, 3, 5, 0);

describe('what is drawn of other segments', () => {
  it('keeps what would leave a segment', () => {
    const preview = Uint32Array.of(0, 1, 2, 3, 3, 5, 0);
    expect([...previewMembers(present, preview, [1])]).toEqual([1, 2]);
  });

  it('takes in what would join it, and leaves out what has nothing to do with it', () => {
    const preview = Uint32Array.of(0, 1, 1, 1, 4, 5, 0);
    expect([...previewMembers(present, preview, [1])]).toEqual([1, 2, 3]);
    expect([...previewMembers(present, preview, [3])]).toEqual([1, 2, 3, 4]);
  });

  it('knows nothing of supervoxels that only the preview has, or that are gone', () => {
    expect([...previewMembers(present, Uint32Array.of(0, 1, 1, 3, 3, 5, 5, 1), [1, 5])]).toEqual([1, 2, 5]);
  });
});

it('of too many the largest are drawn, in the order of their ids', () => {
  const sizes = Float64Array.of(5, 9, 1, 9, 5);
  expect([...largestMembers(Uint32Array.of(1, 2, 3, 5), sizes, 3)]).toEqual([1, 2, 5]);
  expect([...largestMembers(Uint32Array.of(1, 3, 4, 5), sizes, 2)]).toEqual([1, 4]);
  expect([...largestMembers(Uint32Array.of(1, 3), sizes, 2)]).toEqual([1, 3]);
});
