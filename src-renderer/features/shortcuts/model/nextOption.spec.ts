import { describe, expect, it } from 'vitest';

import { nextOption } from './nextOption.ts';

describe('nextOption', () => {
  it.each([
    ['ArrowDown', 3, 4],
    ['ArrowDown', 9, 0],
    ['ArrowUp', 3, 2],
    ['ArrowUp', 0, 9],
    ['PageDown', 3, 7],
    ['PageDown', 8, 9],
    ['PageUp', 8, 4],
    ['PageUp', 1, 0],
    ['Home', 5, 0],
    ['End', 5, 9],
    ['a', 5, null],
  ])('%s from %i of ten goes to %s', (key, from, to) => expect(nextOption(key, from, 10, 4)).toBe(to));

  it('goes nowhere in an empty list', () => expect(nextOption('End', 0, 0, 1)).toBeNull());
});
