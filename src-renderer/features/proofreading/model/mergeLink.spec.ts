import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { gapText, mergeLink } from './mergeLink.ts';
import type { Place } from './mergeLink.ts';

const SIZE = { width: 400, height: 300 };
const numbers = (path: string): number[] => path.match(/-?\d+\.\d/g)!.map(Number);

describe('the link of a merge', () => {
  it('runs from mark to mark before the contact is known, and leaves their letters free', () => {
    expect(
      mergeLink(
        [
          [50, 100],
          [150, 100],
        ],
        null,
        SIZE,
      ),
    ).toMatchObject({
      lines: 'M58.0 100.0L142.0 100.0',
      gap: null,
      ends: [],
    });
  });

  it('meets at a contact', () => {
    const contact: Place = [100, 140];
    const link = mergeLink(
      [
        [50, 140],
        [100, 40],
      ],
      [contact, contact],
      SIZE,
    );
    expect(link).toMatchObject({ lines: 'M58.0 140.0L100.0 140.0M100.0 140.0L100.0 48.0', gap: null, ends: [contact] });
  });

  it('is whole over a gap, whose ends are both marked', () => {
    const link = mergeLink(
      [
        [20, 100],
        [200, 100],
      ],
      [
        [80, 100],
        [120, 100],
      ],
      SIZE,
    );
    expect(link).toMatchObject({
      lines: 'M28.0 100.0L80.0 100.0M120.0 100.0L192.0 100.0',
      gap: 'M80.0 100.0L120.0 100.0',
    });
    expect(link.ends).toHaveLength(2);
    expect(Math.abs(link.label[1] - 100)).toBeGreaterThanOrEqual(12);
  });

  it('never enters a mark, and its label never leaves the view', () => {
    const place = fc.tuple(
      fc.double({ min: -50, max: 450, noNaN: true }),
      fc.double({ min: -50, max: 350, noNaN: true }),
    );
    fc.assert(
      fc.property(place, place, place, place, (a, b, from, to) => {
        const { lines, label } = mergeLink([a, b], [from, to], SIZE);
        const [ax, ay, , , , , bx, by] = numbers(lines);
        if (Math.hypot(from[0] - a[0], from[1] - a[1]) > 8)
          expect(Math.hypot(ax - a[0], ay - a[1])).toBeGreaterThan(7.8);
        if (Math.hypot(to[0] - b[0], to[1] - b[1]) > 8) expect(Math.hypot(bx - b[0], by - b[1])).toBeGreaterThan(7.8);
        expect(label[0] >= 40 && label[0] <= 360 && label[1] >= 16 && label[1] <= 284).toBe(true);
      }),
    );
  });
});

describe('the words for a gap', () => {
  it('name no width where boxes overlap, and the least one where they do not', () => {
    expect(gapText(0)).toBe('no contact');
    expect(gapText(1240)).toMatch(/^no contact, at least 1.240.nm$/);
  });
});
