import { describe, expect, it } from 'vitest';

import { prefetchOrder } from './prefetchOrder.ts';

describe('prefetchOrder', () => {
  it('looks ahead in the direction of travel and one step back', () => {
    expect(prefetchOrder(10, 80, 1, { ahead: 3, behind: 1 })).toEqual([11, 9, 12, 13]);
    expect(prefetchOrder(10, 80, -1, { ahead: 3, behind: 1 })).toEqual([9, 11, 8, 7]);
  });

  it('stays within the volume', () => {
    expect(prefetchOrder(79, 80, 1, { ahead: 3, behind: 1 })).toEqual([78]);
    expect(prefetchOrder(0, 1, -1, { ahead: 3, behind: 1 })).toEqual([]);
  });
});
