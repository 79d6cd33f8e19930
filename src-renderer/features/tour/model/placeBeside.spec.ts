import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { placeBeside } from './placeBeside.ts';

const window = { width: 1000, height: 600 };
const card = { width: 320, height: 160 };

describe('placeBeside', () => {
  it('goes right of a pane on the left', () =>
    expect(placeBeside({ left: 0, top: 40, width: 250, height: 500 }, card, window)).toEqual({ left: 262, top: 40 }));
  it('goes left of a pane on the right', () =>
    expect(placeBeside({ left: 700, top: 40, width: 300, height: 500 }, card, window)).toEqual({ left: 368, top: 40 }));
  it('goes into what fills the window', () =>
    expect(placeBeside({ left: 0, top: 0, width: 1000, height: 600 }, card, window)).toEqual({ left: 12, top: 12 }));
  it('is always inside the window', () => {
    const place = fc.record({
      left: fc.integer({ min: 0, max: 900 }),
      top: fc.integer({ min: 0, max: 500 }),
      width: fc.integer({ min: 1, max: 1000 }),
      height: fc.integer({ min: 1, max: 600 }),
    });
    fc.assert(
      fc.property(place, (target) => {
        const { left, top } = placeBeside(target, card, window);
        expect(left >= 0 && top >= 0 && left + card.width <= 1000 && top + card.height <= 600).toBe(true);
      }),
    );
  });
});
