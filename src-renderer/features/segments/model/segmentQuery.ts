/** What is known of a segment besides its geometry. */
export interface SegmentFacts {
  readonly names: ReadonlyMap<number, string>;
  readonly statuses: ReadonlyMap<number, SegmentStatus>;
}

export const SEGMENT_STATUSES = ['todo', 'doing', 'done', 'flag'] as const;
export type SegmentStatus = (typeof SEGMENT_STATUSES)[number];

/** The columns that a query looks at. */
export interface SegmentRow {
  readonly id: number;
  readonly voxels: number;
  readonly um3: number;
  readonly supervoxels: number;
}

export type SegmentPredicate = (row: SegmentRow) => boolean;

export type SegmentQuery = { readonly matches: SegmentPredicate | null } | { readonly problem: string };

const MEASURES: Readonly<Record<string, (row: SegmentRow) => number>> = {
  um3: ({ um3 }) => um3,
  µm3: ({ um3 }) => um3,
  'µm³': ({ um3 }) => um3,
  voxels: ({ voxels }) => voxels,
  supervoxels: ({ supervoxels }) => supervoxels,
  id: ({ id }) => id,
};

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
};

const COMPARISON = /^([a-zµ³0-9]*?)(>=|<=|>|<|=)(\d+(?:\.\d+)?)([a-zµ³]+3?)?$/;

/**
 * Reads what a person types above the list; all words must match:
 *   1227            the id begins with these digits
 *   >1um3  <500voxels  supervoxels>=10   a size
 *   status:done     todo, doing, done, flag
 *   dendrite        part of the name
 */
export function parseSegmentQuery(text: string, { names, statuses }: SegmentFacts): SegmentQuery {
  const predicates: SegmentPredicate[] = [];
  for (const word of text.trim().toLowerCase().split(/\s+/).filter(Boolean)) {
    const predicate = wordPredicate(word, names, statuses);
    if (typeof predicate === 'string') return { problem: predicate };
    predicates.push(predicate);
  }
  if (predicates.length === 0) return { matches: null };
  return { matches: (row) => predicates.every((predicate) => predicate(row)) };
}

function wordPredicate(
  word: string,
  names: SegmentFacts['names'],
  statuses: SegmentFacts['statuses'],
): SegmentPredicate | string {
  if (/^\d+$/.test(word)) return ({ id }) => String(id).startsWith(word);
  if (word.startsWith('status:')) {
    const status = word.slice('status:'.length);
    if (!SEGMENT_STATUSES.includes(status as SegmentStatus)) return `A status is ${SEGMENT_STATUSES.join(', ')}.`;
    return ({ id }) => (statuses.get(id) ?? 'todo') === status;
  }
  const comparison = COMPARISON.exec(word);
  if (comparison) {
    const [, before, sign, number, after] = comparison;
    const measure = MEASURES[before || after || 'um3'];
    if (measure === undefined)
      return `A size is in ${Object.keys(MEASURES).slice(2, 5).join(', ')}: >1um3, <500voxels.`;
    return (row) => COMPARISONS[sign](measure(row), Number(number));
  }
  return ({ id }) => names.get(id)?.toLowerCase().includes(word) ?? false;
}
