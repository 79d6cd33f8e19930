import fc from 'fast-check';
import { expect, it } from 'vitest';

import { invertChange, NO_DECISIONS } from './editChange.ts';
import type { EditChange } from './editChange.ts';
import { foldChanges, pairOf } from './editState.ts';

const pair = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).filter(([u, v]) => u !== v);

/** A line of valid edits: each states truly what was there before. */
const line = fc
  .array(
    fc.record({
      kind: fc.constantFrom('must', 'cannot', 'cut', 'threshold', 'fact', 'take back'),
      pair,
      value: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 40 },
  )
  .map((choices) => {
    const changes: EditChange[] = [];
    for (const {
      kind,
      pair: [u, v],
      value,
    } of choices) {
      const state = foldChanges(changes);
      if (kind === 'must') changes.push({ decisions: { ...NO_DECISIONS, addMust: [[u, v]] } });
      else if (kind === 'cannot') changes.push({ decisions: { ...NO_DECISIONS, addCannot: [[u, v]] } });
      else if (kind === 'cut')
        changes.push({ cut: { before: state.cut, after: { threshold: value / 10, minSize: value } } });
      else if (kind === 'threshold') {
        const thresholds = [
          { anchor: u, before: state.thresholds.get(u) ?? null, after: value === 0 ? null : value / 10 },
        ];
        changes.push({ decisions: { ...NO_DECISIONS, thresholds } });
      } else if (kind === 'fact') {
        const before = state.facts.name.get(u) ?? null;
        changes.push({ facts: [{ supervoxel: u, key: 'name', before, after: value === 0 ? null : `n${value}` }] });
      } else if (state.must.size > 0)
        changes.push({
          decisions: { ...NO_DECISIONS, removeMust: [pairOf([...state.must.keys()][value % state.must.size])] },
        });
    }
    return changes;
  });

it('comes back to the first state when every edit is taken back', () => {
  fc.assert(
    fc.property(line, (changes) => {
      const back = [...changes].reverse().map(invertChange);
      expect(foldChanges([...changes, ...back])).toEqual({
        ...foldChanges([]),
        cut: foldChanges([...changes, ...back]).cut,
      });
      expect(foldChanges([...changes, ...back]).cut).toEqual({ threshold: null, minSize: 0 });
    }),
  );
});

it('counts a decision that two edits took, in either order of its pair', () => {
  const add = (u: number, v: number): EditChange => ({ decisions: { ...NO_DECISIONS, addMust: [[u, v]] } });
  const state = foldChanges([add(1, 2), add(2, 1), invertChange(add(1, 2))]);
  expect([...state.must]).toEqual([['1 2', 1]]);
});

it('refuses to take back what was not taken', () => {
  expect(() => foldChanges([{ decisions: { ...NO_DECISIONS, removeCannot: [[1, 2]] } }])).toThrow('not taken');
});
