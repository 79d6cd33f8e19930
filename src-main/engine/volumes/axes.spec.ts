import { describe, expect, it } from 'vitest';

import { planAxes, spatialZyx, toZyxOrder } from './axes.ts';

describe('planAxes', () => {
  it.each([
    [[7, 9], null, 'yx', [1, 7, 9], 1],
    [[5, 7, 9], null, 'zyx', [5, 7, 9], 1],
    [[3, 5, 7, 9], null, 'czyx', [5, 7, 9], 3],
    [[9, 7, 5], 'xyz', 'xyz', [5, 7, 9], 1],
    [[5, 7, 9, 3], 'ZYXC', 'zyxc', [5, 7, 9], 3],
    [[1, 2, 5, 7, 9], 'tczyx', 'tczyx', [5, 7, 9], 2],
  ])('understands shape %j with axes %j', (stored, axes, named, shape, channels) => {
    expect(planAxes(stored, axes, 'it')).toMatchObject({ axes: named, shape, channels });
  });

  it.each([
    [[100, 5, 7, 9], null, 'ambiguous'],
    [[2, 1, 5, 7, 9], 'tczyx', 'unsupported'],
    [[5, 7, 9], 'zy', 'bad-request'],
    [[5, 7, 9], 'zzx', 'bad-request'],
  ])('refuses shape %j with axes %j as %s', (stored, axes, kind) => {
    expect(() => planAxes(stored, axes, 'it')).toThrowError(expect.objectContaining({ kind }));
  });
});

describe('toZyxOrder', () => {
  it('turns x, y, z order round', () => {
    const plan = planAxes([3, 2, 1], 'xyz', 'it');
    const stored = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(toZyxOrder(plan, stored, { min: [0, 0, 0], max: [1, 2, 3] }, [3, 2, 1])).toEqual(
      Uint8Array.of(1, 3, 5, 2, 4, 6),
    );
  });

  it('leaves z, y, x order alone', () => {
    const plan = planAxes([1, 2, 3], null, 'it');
    const stored = new Uint8Array(6);
    expect(toZyxOrder(plan, stored, { min: [0, 0, 0], max: [1, 2, 3] }, [1, 2, 3])).toBe(stored);
  });
});

describe('spatialZyx', () => {
  it('picks z, y, x from a list in stored order, with or without channels', () => {
    const plan = planAxes([3, 9, 7, 5], 'cxyz', 'it');
    expect(spatialZyx(plan, [4, 5, 40], 1)).toEqual([40, 5, 4]);
    expect(spatialZyx(plan, [1, 4, 5, 40], 1)).toEqual([40, 5, 4]);
    expect(spatialZyx(plan, [4, 5], 1)).toBeNull();
  });
});
