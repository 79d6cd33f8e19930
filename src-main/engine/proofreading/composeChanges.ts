/** Changes one after the other as one change. */
import { NO_DECISIONS } from '#domain/editChange.ts';
import type { DecisionChange, RowChange, TableChange } from '#domain/editChange.ts';

/** Links taken by one and taken back by a later one cancel out. */
export function composeDecisions(changes: readonly DecisionChange[]): DecisionChange {
  let made = NO_DECISIONS;
  for (const change of changes) {
    const must = composeLinks(made.addMust, made.removeMust, change.addMust, change.removeMust);
    const cannot = composeLinks(made.addCannot, made.removeCannot, change.addCannot, change.removeCannot);
    made = {
      addMust: must.add,
      removeMust: must.remove,
      addCannot: cannot.add,
      removeCannot: cannot.remove,
      thresholds: [...made.thresholds, ...change.thresholds],
    };
  }
  return made;
}

type Pairs = DecisionChange['addMust'];

function composeLinks(add: Pairs, remove: Pairs, addNext: Pairs, removeNext: Pairs): { add: Pairs; remove: Pairs } {
  const kept = [...add];
  const removed = [...remove];
  for (const pair of removeNext) {
    const at = kept.findIndex(([u, v]) => (u === pair[0] && v === pair[1]) || (u === pair[1] && v === pair[0]));
    if (at < 0) removed.push(pair);
    else kept.splice(at, 1);
  }
  return { add: [...kept, ...addNext], remove: removed };
}

/** What each row was before the first change that names it and is after the last. */
export function composeTables(changes: readonly TableChange[]): TableChange {
  return {
    supervoxels: composeRows(
      changes.flatMap(({ supervoxels }) => supervoxels),
      ({ id }) => String(id),
    ),
    edges: composeRows(
      changes.flatMap(({ edges }) => edges),
      ({ u, v }) => `${u} ${v}`,
    ),
    steps: [
      ...changes
        .flatMap(({ steps }) => steps)
        .reduce((known, { step, before, after }) => {
          known.set(step, { step, before: known.get(step)?.before ?? before, after });
          return known;
        }, new Map<number, TableChange['steps'][number]>())
        .values(),
    ],
  };
}

function composeRows<Row>(changes: readonly RowChange<Row>[], keyOf: (row: Row) => string): RowChange<Row>[] {
  const known = new Map<string, RowChange<Row>>();
  for (const { before, after } of changes) {
    const key = keyOf((before ?? after)!);
    const earlier = known.get(key);
    known.set(key, { before: earlier === undefined ? before : earlier.before, after });
  }
  return [...known.values()].filter(({ before, after }) => before !== null || after !== null);
}
