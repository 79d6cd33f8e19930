import { expect, it } from 'vitest';

import { withTraits } from './withTraits.ts';

it('takes traits as they are now and leaves out what says no more than the id', () => {
  const before = new Map([
    [3, { colour: 7, lead: 0 }],
    [5, { colour: 9, lead: 6 }],
  ]);
  const after = withTraits(before, [
    { segment: 3, colour: 3, lead: 0 },
    { segment: 4, colour: 4, lead: 8 },
  ]);
  expect([...after.keys()]).toEqual([5, 4]);
  expect(before.size).toBe(2);
  expect(withTraits(after, [])).toBe(after);
});
