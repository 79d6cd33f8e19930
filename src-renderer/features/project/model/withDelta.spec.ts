import { expect, it } from 'vitest';

import { withDelta } from './withDelta.ts';

it('moves what a delta names and leaves the assignment as it is', () => {
  const now = Uint32Array.of(0, 1, 1, 1, 4, 4, 6);
  expect([...withDelta(now, { supervoxels: [3, 99], segments: [4, 9] })]).toEqual([0, 1, 1, 4, 4, 4, 6]);
  expect(now[3]).toBe(1);
});
