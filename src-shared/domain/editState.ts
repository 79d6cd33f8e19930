import { NO_CUT } from './editChange.ts';
import type { Cut, DecisionChange, EditChange, FactKey, SegmentTrait, SupervoxelPair } from './editChange.ts';

/**
 * What a line of edits comes to: the cut, the decisions in force with how often each was taken, and the notes. Equal states come from
 * equal lines, whatever was undone and redone on the way.
 */
export interface EditState {
  readonly cut: Cut;
  readonly must: ReadonlyMap<string, number>;
  readonly cannot: ReadonlyMap<string, number>;
  /** By anchor. */
  readonly thresholds: ReadonlyMap<number, number>;
  /** By key and supervoxel. */
  readonly facts: Readonly<Record<FactKey, ReadonlyMap<number, string>>>;
  /** By segment; those that have none are left out. */
  readonly traits: ReadonlyMap<number, SegmentTrait>;
}

const pairKey = ([u, v]: SupervoxelPair): string => (u < v ? `${u} ${v}` : `${v} ${u}`);

/** The pair of a key of `must` or `cannot`. */
export function pairOf(key: string): SupervoxelPair {
  const [u, v] = key.split(' ').map(Number);
  return [u, v];
}

/** The state after changes, in order. */
export function foldChanges(changes: Iterable<EditChange>): EditState {
  const fold = createStateFold();
  for (const change of changes) fold.apply(change);
  return fold.state;
}

/** A state that changes are added to one by one; `state` is a view of it, not a copy. */
export interface StateFold {
  readonly state: EditState;
  /** @throws RangeError where a decision is taken back that was not taken */
  apply(change: EditChange): void;
}

export function createStateFold(): StateFold {
  const must = new Map<string, number>();
  const cannot = new Map<string, number>();
  const thresholds = new Map<number, number>();
  const facts = { name: new Map<number, string>(), status: new Map<number, string>(), note: new Map<number, string>() };
  const traits = new Map<number, SegmentTrait>();
  const state = { cut: NO_CUT, must, cannot, thresholds, facts, traits };
  return {
    state,
    apply(change) {
      if (change.cut) state.cut = change.cut.after;
      if (change.decisions) foldDecisions(change.decisions, must, cannot, thresholds);
      for (const { key, supervoxel, after } of change.facts ?? [])
        if (after === null) facts[key].delete(supervoxel);
        else facts[key].set(supervoxel, after);
      for (const { segment, after } of change.traits ?? [])
        if (after === null) traits.delete(segment);
        else traits.set(segment, after);
    },
  };
}

function foldDecisions(
  { addMust, removeMust, addCannot, removeCannot, thresholds: own }: DecisionChange,
  must: Map<string, number>,
  cannot: Map<string, number>,
  thresholds: Map<number, number>,
): void {
  for (const pair of removeMust) count(must, pair, -1);
  for (const pair of addMust) count(must, pair, 1);
  for (const pair of removeCannot) count(cannot, pair, -1);
  for (const pair of addCannot) count(cannot, pair, 1);
  for (const { anchor, after } of own)
    if (after === null) thresholds.delete(anchor);
    else thresholds.set(anchor, after);
}

function count(decisions: Map<string, number>, pair: SupervoxelPair, by: number): void {
  const key = pairKey(pair);
  const next = (decisions.get(key) ?? 0) + by;
  if (next < 0) throw new RangeError(`A decision about ${key} is taken back that was not taken.`);
  if (next === 0) decisions.delete(key);
  else decisions.set(key, next);
}
