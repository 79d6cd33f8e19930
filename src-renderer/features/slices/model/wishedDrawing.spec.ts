import { describe, expect, it } from 'vitest';

import { wishedDrawing } from './wishedDrawing.ts';

describe('wishedDrawing', () => {
  it.each([
    ['', 'auto'],
    ['?drawing=cpu', 'cpu'],
    ['?drawing=gpu&project=p', 'gpu'],
    ['?drawing=pencil', 'auto'],
  ])('reads %j as %s', (search, expected) => expect(wishedDrawing(search)).toBe(expected));
});
