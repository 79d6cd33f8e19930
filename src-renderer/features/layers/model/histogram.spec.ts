import { describe, expect, it } from 'vitest';

import { histogramPath, limitText, moveLimit } from './histogram.ts';

describe('histogramPath', () => {
  it('draws bins as steps, heights as square roots', () => {
    expect(histogramPath([0, 4, 1], 30, 10)).toBe('M0 10V10.0H10.0V0.0H20.0V5.0H30.0V10Z');
  });

  it('draws nothing but the base for an empty volume', () => {
    expect(histogramPath([0, 0], 20, 10)).toBe('M0 10V10.0H10.0V10.0H20.0V10Z');
  });
});

describe('moveLimit', () => {
  it('keeps black below white and both within the range', () => {
    expect(moveLimit([10, 200], 'black', 50, [0, 256])).toEqual([50, 200]);
    expect(moveLimit([10, 200], 'black', 250, [0, 256])).toEqual([199, 200]);
    expect(moveLimit([10, 200], 'black', -3, [0, 256])).toEqual([0, 200]);
    expect(moveLimit([10, 200], 'white', 3, [0, 256])).toEqual([10, 11]);
    expect(moveLimit([10, 200], 'white', 999, [0, 256])).toEqual([10, 256]);
  });
});

describe('limitText', () => {
  it('is whole for integer voxels', () => {
    expect(limitText(41.6, false)).toBe('42');
    expect(limitText(0.41678, true)).toBe('0.417');
  });
});
