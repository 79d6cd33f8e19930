import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { listOf, LONGEST_TRACK, offsetToReveal, rowsInView, trackHeight, trackOf } from './virtualRows.ts';

const short = { rows: 100, rowHeight: 24, viewHeight: 480 };
const long = { rows: 1_000_000, rowHeight: 24, viewHeight: 480 };

describe('a list that fits a browser', () => {
  it('scrolls as it is', () => {
    expect(trackHeight(short)).toBe(2400);
    expect(listOf(333, short)).toBe(333);
    expect(trackOf(333, short)).toBe(333);
  });
});

describe('a list of a million rows', () => {
  it('has a track that browsers can draw', () => expect(trackHeight(long)).toBe(LONGEST_TRACK));
  it('begins and ends where its track does', () => {
    expect(listOf(0, long)).toBe(0);
    expect(listOf(LONGEST_TRACK - 480, long)).toBe(24_000_000 - 480);
  });
  it('reaches every row: positions go there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24_000_000 - 480 }), (offset) => {
        expect(listOf(trackOf(offset, long), long)).toBeCloseTo(offset, 3);
      }),
    );
  });
});

describe('rowsInView', () => {
  it('draws the rows in view and a margin', () =>
    expect(rowsInView(2400, { ...short, rows: 1000 }, 2)).toEqual({ first: 98, last: 122 }));
  it('stays within the list', () => {
    expect(rowsInView(0, short).first).toBe(0);
    expect(rowsInView(2400 - 480, short).last).toBe(100);
    expect(rowsInView(0, { ...short, rows: 0 })).toEqual({ first: 0, last: 0 });
  });
});

describe('offsetToReveal', () => {
  it('moves no more than is needed', () => {
    expect(offsetToReveal(5, 0, short)).toBe(0);
    expect(offsetToReveal(20, 0, short)).toBe(24);
    expect(offsetToReveal(3, 240, short)).toBe(72);
  });
});
