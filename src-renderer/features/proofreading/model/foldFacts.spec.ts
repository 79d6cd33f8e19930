import { describe, expect, it } from 'vitest';

import { factAnchor, foldFacts } from './foldFacts.ts';

const SIZES = [10, 50, 20, 5];
const apart = Uint32Array.of(0, 1, 2, 3, 4);
const merged = Uint32Array.of(0, 1, 1, 1, 4);
const by = (assignment: Uint32Array, lead = 0) => ({
  ...{ assignment, sizes: SIZES },
  traits: new Map([[1, { colour: 1, lead }]]),
});

describe('facts of segments', () => {
  const facts = [
    { supervoxel: 1, key: 'name', value: 'axon 7' },
    { supervoxel: 2, key: 'name', value: 'dendrite 4' },
    { supervoxel: 2, key: 'status', value: 'doing' },
  ] as const;

  it('belong to the segment that holds their supervoxel', () => {
    const { name, status } = foldFacts(facts, by(apart));
    expect([...name].map(([segment, fact]) => [segment, fact.value])).toEqual([
      [2, 'dendrite 4'],
      [1, 'axon 7'],
    ]);
    expect(status.get(2)?.value).toBe('doing');
  });

  it('after a merge the larger one holds and the other is kept beside it', () => {
    expect(foldFacts(facts, by(merged)).name.get(1)).toEqual({
      value: 'dendrite 4',
      supervoxel: 2,
      others: ['axon 7'],
    });
  });

  it('hold on the lead of a segment before its largest supervoxel', () => {
    expect(foldFacts(facts, by(merged, 1)).name.get(1)).toEqual({
      ...{ value: 'axon 7', supervoxel: 1, others: ['dendrite 4'] },
    });
  });

  it('on a supervoxel that is none any more are left out', () => {
    expect(foldFacts([{ supervoxel: 9, key: 'note', value: 'gone' }], by(apart)).note.size).toBe(0);
  });
});

describe('the supervoxel that facts are written on', () => {
  it('is the largest of the segment', () => {
    expect(factAnchor(1, merged, SIZES)).toBe(2);
    expect(factAnchor(3, merged, SIZES)).toBe(0);
  });
});
