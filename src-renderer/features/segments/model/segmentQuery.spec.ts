import { describe, expect, it } from 'vitest';

import { parseSegmentQuery } from './segmentQuery.ts';

const facts = {
  names: new Map([[12, 'Dendrite 4']]),
  statuses: new Map([[12, 'done' as const]]),
};
const row = { id: 12, voxels: 1000, um3: 1.5, supervoxels: 7 };

function matches(text: string): boolean {
  const query = parseSegmentQuery(text, facts);
  if ('problem' in query) throw new Error(query.problem);
  return query.matches?.(row) ?? true;
}

describe('the query of the segment list', () => {
  it.each([
    '',
    '1',
    '12',
    '>1um3',
    '>1',
    '<=1.5µm³',
    'voxels>999',
    '<1001voxels',
    'supervoxels=7',
    'status:done',
    'dendr',
    '1 >1um3',
  ])('finds the segment by %j', (text) => expect(matches(text)).toBe(true));

  it.each(['2', '112', '>2um3', '<1000voxels', 'status:todo', 'axon', '1 axon'])('does not find it by %j', (text) =>
    expect(matches(text)).toBe(false),
  );

  it('counts a segment without a status as to do', () => {
    const query = parseSegmentQuery('status:todo', facts);
    expect('matches' in query && query.matches!({ ...row, id: 99 })).toBe(true);
  });

  it.each(['status:good', '>1parsec'])('says what is wrong with %j', (text) =>
    expect(parseSegmentQuery(text, facts)).toHaveProperty('problem'),
  );
});
