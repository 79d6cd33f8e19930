import { describe, expect, it } from 'vitest';

import { forEachLimited } from './concurrency.ts';

describe('forEachLimited', () => {
  it('visits every item with no more than the limit under way', async () => {
    let underWay = 0;
    let most = 0;
    const seen: number[] = [];
    await forEachLimited([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      seen.push(item);
      underWay--;
    });
    expect(most).toBe(3);
    expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('throws the first failure after those under way have ended, and starts no more', async () => {
    const ended: number[] = [];
    const run = forEachLimited([1, 2, 3, 4, 5, 6], 2, async (item) => {
      if (item === 1) throw new Error('first');
      await Promise.resolve();
      ended.push(item);
    });
    await expect(run).rejects.toThrow('first');
    expect(ended).toEqual([2]);
  });
});
