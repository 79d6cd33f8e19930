import { expect, it } from 'vitest';

import { axisArrows } from './orientation.ts';

it('shows x to the right and y downwards for a camera that looks along z as the XY slice does', () => {
  const arrows = axisArrows({ position: [0, 0, -10], focalPoint: [0, 0, 0], viewUp: [0, -1, 0] });
  const of = (name: string) => arrows.find((arrow) => arrow.name === name)!;
  expect(of('x')).toMatchObject({ right: 1 });
  expect(of('x').down).toBeCloseTo(0);
  expect(of('y').down).toBeCloseTo(1);
  expect(of('z').near).toBeCloseTo(-1);
  expect(arrows[0].name).toBe('z');
});
