import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { buildStyleTable, STYLE, styleOf } from './styleTable.ts';

const NONE = { selected: [], hidden: [], pinned: new Map(), sides: new Map() };
const id = fc.integer({ min: 1, max: 2 ** 32 - 1 });

describe('buildStyleTable', () => {
  it('finds the style of any 32-bit segment and none of others', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 300 }), fc.uniqueArray(id, { maxLength: 50 }), (selected, others) => {
        const table = buildStyleTable({ ...NONE, selected });
        for (const segment of selected) expect(styleOf(table, segment)).toBe(STYLE.selected);
        const chosen = new Set(selected);
        for (const segment of others) if (!chosen.has(segment)) expect(styleOf(table, segment)).toBe(0);
      }),
    );
  });

  it('joins what is said of one segment', () => {
    const table = buildStyleTable({ ...NONE, selected: [7, 8], hidden: [7], pinned: new Map([[8, '#c01080']]) });
    expect(styleOf(table, 7)).toBe(STYLE.selected | STYLE.hidden);
    const style = styleOf(table, 8);
    expect(style & 255).toBe(STYLE.selected | STYLE.pinned);
    expect([8, 16, 24].map((shift) => (style >>> shift) & 255)).toEqual([0xc0, 0x10, 0x80]);
  });

  it('gives the colour of a side of an edit over a pinned one', () => {
    const table = buildStyleTable({ ...NONE, pinned: new Map([[8, '#c01080']]), sides: new Map([[8, '#000001']]) });
    expect(styleOf(table, 8) & 255).toBe(STYLE.side);
    expect(styleOf(table, 8) >>> 24).toBe(1);
  });

  it('never holds a style of nothing', () => {
    expect(styleOf(buildStyleTable({ ...NONE, selected: [0] }), 0)).toBe(0);
  });

  it('stays sparse, so that a search is short', () => {
    const table = buildStyleTable({ ...NONE, hidden: Array.from({ length: 100_000 }, (_, i) => i + 1) });
    expect(table.slots).toBe(262_144);
    expect(table.probes).toBeLessThan(40);
  });
});
