import { expect, it } from 'vitest';

import { compareNatural } from './naturalOrder.ts';

it('orders numbers in names by value', () => {
  expect(['s10.png', 's2.png', 's1.png', 's02.png'].toSorted(compareNatural)).toEqual([
    's1.png',
    's02.png',
    's2.png',
    's10.png',
  ]);
});
