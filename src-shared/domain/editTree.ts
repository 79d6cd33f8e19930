/**
 * The history of a project: a tree of edits and the place in it. The log only grows. An edit stands on the state of its parent; undo,
 * redo and going to an older state are entries that move the place, so they are kept as well. An edit after an undo begins a branch;
 * what was undone stays where it was. Revision 0 is the state before any edit.
 */

/** What the tree needs of an entry of the log. */
export interface TreeEntry {
  /** 1, 2, 3, … in the order of the log. */
  readonly revision: number;
  /** An edit changes the project from the state of `parent`; a move makes `to` the place. */
  readonly step: { readonly type: 'edit'; readonly parent: number } | { readonly type: 'move'; readonly to: number };
}

/** From one state to another: edits to take back, latest first, then edits to apply, in order. */
export interface TreePath {
  readonly takeBack: readonly number[];
  readonly apply: readonly number[];
}

export interface EditTree {
  /** The edit whose state the project is in; 0 before the first. */
  readonly head: number;
  /** Of the last entry of the log. */
  readonly revision: number;
  /** Adds the next entry. @throws RangeError for a revision out of order, an unknown parent or place */
  append(entry: TreeEntry): void;
  /** The parent of an edit. */
  parentOf(edit: number): number;
  /** Where undo goes; null at the beginning. */
  readonly undoTarget: number | null;
  /** Where redo goes: the child from which the place was left last; null at the end of a branch. */
  readonly redoTarget: number | null;
  /** True for 0 and for every edit; an entry that moved the place has no state of its own. */
  isState(entry: number): boolean;
  /** How the state of `to` is made from the present one. @throws RangeError where there is no such state */
  pathTo(to: number): TreePath;
  /** How the state of `to` is made from that of `from`. @throws RangeError where there is no such state */
  pathBetween(from: number, to: number): TreePath;
  /** Edits from the beginning to `edit`, in order. @throws RangeError where there is no such edit */
  lineOf(edit: number): readonly number[];
  /** Edits that stand on `edit`, in order. */
  childrenOf(edit: number): readonly number[];
}

export function createEditTree(entries: Iterable<TreeEntry> = []): EditTree {
  const parents = new Map<number, number>();
  const children = new Map<number, number[]>();
  /** The child on the way last taken down from each edit. */
  const preferred = new Map<number, number>();
  let head = 0;
  let revision = 0;

  const isState = (entry: number): boolean => entry === 0 || parents.has(entry);

  function requireState(entry: number): void {
    if (!isState(entry)) throw new RangeError(`There is no edit ${entry}.`);
  }

  /** Makes the line to an edit the way down from the beginning. That to `from` is so already: one step up or down it is quick. */
  function prefer(edit: number, from: number): void {
    if (edit === parents.get(from)) return;
    if (edit !== 0 && parents.get(edit) === from) {
      preferred.set(from, edit);
      return;
    }
    for (let at = edit; at !== 0; at = parents.get(at)!) preferred.set(parents.get(at)!, at);
  }

  function lineOf(edit: number): number[] {
    requireState(edit);
    const line: number[] = [];
    for (let at = edit; at !== 0; at = parents.get(at)!) line.push(at);
    return line.reverse();
  }

  /** An edit comes after its parent in the log, so the later of two is never the one above. */
  function pathBetween(from: number, to: number): TreePath {
    requireState(from);
    requireState(to);
    const takeBack: number[] = [];
    const apply: number[] = [];
    let [left, right] = [from, to];
    while (left !== right)
      if (left > right) {
        takeBack.push(left);
        left = parents.get(left)!;
      } else {
        apply.push(right);
        right = parents.get(right)!;
      }
    return { takeBack, apply: apply.reverse() };
  }

  const tree: EditTree = {
    get head() {
      return head;
    },
    get revision() {
      return revision;
    },
    append(entry) {
      if (entry.revision !== revision + 1)
        throw new RangeError(`The log goes on with entry ${revision + 1}; found ${entry.revision}.`);
      const { step } = entry;
      const target = step.type === 'edit' ? step.parent : step.to;
      if (!isState(target)) throw new RangeError(`Entry ${entry.revision} names ${target}, which is no edit.`);
      const from = head;
      revision = entry.revision;
      if (step.type === 'edit') {
        parents.set(revision, step.parent);
        children.set(step.parent, [...(children.get(step.parent) ?? []), revision]);
        head = revision;
      } else head = step.to;
      prefer(head, from);
    },
    parentOf: (edit) => parents.get(edit) ?? 0,
    get undoTarget() {
      return head === 0 ? null : parents.get(head)!;
    },
    get redoTarget() {
      return preferred.get(head) ?? null;
    },
    isState,
    pathTo: (to) => pathBetween(head, to),
    pathBetween,
    lineOf,
    childrenOf: (edit) => children.get(edit) ?? [],
  };
  for (const entry of entries) tree.append(entry);
  return tree;
}
