import { expect, it } from 'vitest';

import { fittingZoom } from './fittingZoom.ts';

const box = (z: number, y: number, x: number) => ({ min: [0, 0, 0], max: [z, y, x] }) as const;

it('shows an object whole, in nanometres', () => {
  expect(fittingZoom(box(10, 100, 100), [30, 6, 6])).toBe(600 / 320);
  expect(fittingZoom(box(40, 100, 100), [30, 6, 6])).toBe(1200 / 320);
});

it('neither drowns a speck nor loses the contact of a long one', () => {
  expect(fittingZoom(box(1, 1, 1), [8, 8, 8])).toBe(2);
  expect(fittingZoom(null, [8, 8, 8])).toBe(2);
  expect(fittingZoom(box(5000, 10, 10), [8, 8, 8])).toBe(10);
  expect(fittingZoom(null, null)).toBe(0.25);
});
