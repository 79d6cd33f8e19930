import { describe, expect, it } from 'vitest';

import { overviewBars } from './overviewBars.ts';

const at = (seconds: number): string => new Date(1_700_000_000_000 + 1000 * seconds).toISOString();

describe('the pace of work', () => {
  it('is high for quick edits and low after a pause', () => {
    expect(overviewBars([null, at(0), at(1), at(3), at(90_000)], 10)).toEqual([0.1, 0.1, 1, 1, 0.1]);
  });

  it('is the mean of the edits that share a bar', () => {
    expect(overviewBars([null, at(0), at(1), at(2)], 2)).toEqual([0.1, 1]);
    expect(overviewBars([], 10)).toEqual([]);
    expect(overviewBars([null, at(0)], 0)).toEqual([]);
  });
});
