import { describe, expect, it } from 'vitest';

import { previewMembers } from './previewMembers.ts';

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
