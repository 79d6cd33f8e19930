import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { rowsThatDiffer } from './changedRows.ts';

describe('rowsThatDiffer', () => {
  it('holds every change, in runs that ascend and do not touch', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(199), { maxLength: 20 }), (places) => {
        const before = new Uint32Array(200);
        const after = before.slice();
        for (const place of places) after[place] = 1;
        const runs = rowsThatDiffer(before, after, 8);
        for (const place of places) {
          const row = Math.floor(place / 8);
          expect(runs.some(([first, end]) => row >= first && row < end)).toBe(true);
        }
        for (let i = 1; i < runs.length; i++) expect(runs[i][0]).toBeGreaterThan(runs[i - 1][1]);
        expect(runs.at(-1)?.[1] ?? 0).toBeLessThanOrEqual(25);
      }),
    );
  });

  it('is empty where nothing changed', () => {
    expect(rowsThatDiffer(new Uint32Array(50), new Uint32Array(50), 8)).toEqual([]);
  });
});
