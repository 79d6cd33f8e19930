import { expect, it } from 'vitest';

import { formatDuration } from './progress.ts';

it.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [59_500, '1 min 0 s'],
  [3_599_400, '59 min 59 s'],
  [3_600_000, '1 h 0 min'],
  [7_169_000, '1 h 59 min'],
  // Was '1 h 60 min'.
  [7_199_000, '2 h 0 min'],
])('%d ms are %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
