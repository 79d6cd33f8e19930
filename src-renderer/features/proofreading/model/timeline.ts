import type { HistoryEntry } from '#contract/routes/edits.ts';
import type { EditKind } from '#domain/editChange.ts';
import type { Zyx } from '#domain/geometry.ts';

/** One edit as the history shows it. */
export interface TimelineNode {
  readonly edit: number;
  readonly kind: EditKind;
  readonly summary: string;
  readonly createdAt: string;
  readonly place: Zyx | null;
  /** Taken back, can be made again. */
  readonly isUndone: boolean;
}

/** Edits that stand on another state than those of the main line. */
export interface TimelineBranch {
  /** Index of the node that it leaves from; -1 for the beginning. */
  readonly from: number;
  readonly nodes: readonly TimelineNode[];
}

/** The history as one line with branches: the edits of the present state, then those that redo would make. */
export interface Timeline {
  readonly nodes: readonly TimelineNode[];
  /** Index of the present state; -1 for the state before the first edit. */
  readonly now: number;
  readonly branches: readonly TimelineBranch[];
}

/**
 * Lays a log out. The main line follows the child from which each state was left last, as redo does. Linear in the log: a path that a
 * later entry has walked is not walked again.
 */
export function buildTimeline(entries: readonly HistoryEntry[], head: number): Timeline {
  const parentOf = (edit: number): number => {
    const { step } = entries[edit - 1];
    return step.type === 'edit' ? step.parent : 0;
  };
  const next = new Map<number, number>();
  const children = new Map<number, number[]>();
  for (const { revision, step } of entries) {
    if (step.type !== 'edit') continue;
    const siblings = children.get(step.parent);
    if (siblings) siblings.push(revision);
    else children.set(step.parent, [revision]);
  }
  for (let i = entries.length; i-- > 0;) {
    const { revision, step } = entries[i];
    for (let at = step.type === 'edit' ? revision : step.to; at !== 0 && !next.has(parentOf(at)); at = parentOf(at))
      next.set(parentOf(at), at);
  }

  const line: number[] = [];
  for (let at = next.get(0); at !== undefined; at = next.get(at)) line.push(at);
  const now = line.indexOf(head);
  const nodeOf = (edit: number, isUndone: boolean): TimelineNode => {
    const { step, summary, createdAt, place } = entries[edit - 1];
    return { edit, kind: step.type === 'edit' ? step.kind : 'revert', summary, createdAt, place, isUndone };
  };
  const branches = [0, ...line].flatMap((edit, i): TimelineBranch[] =>
    (children.get(edit) ?? [])
      .filter((child) => next.get(edit) !== child)
      .map((child) => ({ from: i - 1, nodes: subtreeOf(child, children).map((each) => nodeOf(each, true)) })),
  );
  return { nodes: line.map((edit, i) => nodeOf(edit, i > now)), now, branches };
}

/** An edit and all that stand on it, in the order of the log. */
function subtreeOf(edit: number, children: ReadonlyMap<number, readonly number[]>): number[] {
  const found: number[] = [];
  const open = [edit];
  while (open.length > 0) {
    const at = open.pop()!;
    found.push(at);
    open.push(...(children.get(at) ?? []));
  }
  return found.sort((a, b) => a - b);
}

/** Kinds that decide for good what a threshold may not change. */
const DECIDING: ReadonlySet<EditKind> = new Set(['merge', 'split', 'isolate', 'paint', 'keep']);

/** Edits of the present state that hold whatever the threshold. */
export function countKept({ nodes, now }: Timeline): number {
  return nodes.slice(0, now + 1).filter(({ kind }) => DECIDING.has(kind)).length;
}

/**
 * The part of the line that a window of `room` nodes shows: as little away from `first` as brings `index` into it.
 *
 * @returns index of the first node that is shown
 */
export function scrollTo(index: number, first: number, room: number, count: number): number {
  const most = Math.max(0, count - room);
  const wanted = index < first ? index - 1 : index >= first + room ? index - room + 2 : first;
  return Math.min(Math.max(0, wanted), most);
}
