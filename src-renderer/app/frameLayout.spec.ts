import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { frameLayout, viewsLayout } from './frameLayout.ts';

const none = { column: null, mesh: null, xz: null };

describe('frameLayout', () => {
  it.each([
    [1440, [false, false, false]],
    [1279, [true, false, false]],
    [1099, [true, true, false]],
    [900, [true, true, true]],
  ])('at %i', (width, [left, right, narrow]) =>
    expect(frameLayout(width)).toEqual({ leftIsDrawer: left, rightIsDrawer: right, isNarrow: narrow }),
  );
});

describe('viewsLayout', () => {
  it('gives 42 % to the column and a square to 3D', () => {
    const layout = viewsLayout(844, 704, false, none);
    expect(layout).toEqual({ column: 354, mesh: 352, xz: 176 });
  });
  it('lets XZ and YZ grow once 3D is large', () => {
    const layout = viewsLayout(1960, 1240, false, none);
    expect(layout.column).toBe(640);
    expect(layout.mesh).toBe(480);
    expect(layout.xz).toBe(380);
  });
  it('shows XY and 3D alone in a narrow window', () =>
    expect(viewsLayout(852, 492, true, none)).toMatchObject({ mesh: 492, xz: 0 }));
  it('keeps wishes that leave something of the others', () => {
    expect(viewsLayout(844, 704, false, { column: 400, mesh: 200, xz: 150 })).toEqual({
      column: 400,
      mesh: 200,
      xz: 150,
    });
    expect(viewsLayout(844, 704, false, { column: 800, mesh: 690, xz: 690 })).toEqual({
      column: 544,
      mesh: 512,
      xz: 96,
    });
  });
  it('leaves no view without room, whatever the window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 640, max: 4000 }), fc.integer({ min: 400, max: 3000 }), (width, height) => {
        const { column, mesh, xz } = viewsLayout(width, height, false, none);
        expect(column).toBeGreaterThanOrEqual(300);
        expect(width - column).toBeGreaterThanOrEqual(300);
        expect(Math.min(mesh, xz, height - mesh - xz)).toBeGreaterThanOrEqual(95);
      }),
    );
  });
});
