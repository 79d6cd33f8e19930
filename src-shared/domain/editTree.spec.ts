import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createEditTree } from './editTree.ts';
import type { EditTree } from './editTree.ts';

const edit = (tree: EditTree) =>
  tree.append({ revision: tree.revision + 1, step: { type: 'edit', parent: tree.head } });
const move = (tree: EditTree, to: number) => tree.append({ revision: tree.revision + 1, step: { type: 'move', to } });

describe('the tree of edits', () => {
  it('undoes and redoes along the branch that was left', () => {
    const tree = createEditTree();
    edit(tree);
    edit(tree);
    expect(tree.undoTarget).toBe(1);
    move(tree, tree.undoTarget!);
    expect(tree.redoTarget).toBe(2);
    move(tree, tree.redoTarget!);
    expect(tree.head).toBe(2);
    expect(tree.redoTarget).toBe(null);
  });

  it('begins a branch with an edit after an undo, and keeps what was undone', () => {
    const tree = createEditTree();
    edit(tree);
    edit(tree);
    move(tree, 1);
    edit(tree);
    expect(tree.head).toBe(4);
    expect(tree.childrenOf(1)).toEqual([2, 4]);
    expect(tree.pathTo(2)).toEqual({ takeBack: [4], apply: [2] });
    move(tree, 1);
    expect(tree.redoTarget).toBe(4);
  });

  it('has nothing to undo at the beginning', () => {
    expect(createEditTree()).toMatchObject({ head: 0, undoTarget: null, redoTarget: null });
  });

  it('refuses entries that are out of order or stand on nothing', () => {
    const tree = createEditTree();
    expect(() => tree.append({ revision: 2, step: { type: 'edit', parent: 0 } })).toThrow(RangeError);
    expect(() => tree.append({ revision: 1, step: { type: 'edit', parent: 5 } })).toThrow(RangeError);
    edit(tree);
    move(tree, 0);
    expect(() => move(tree, 2)).toThrow(RangeError);
  });

  it('refuses the line and the path to an entry that is no edit', () => {
    const tree = createEditTree();
    edit(tree);
    move(tree, 0);
    expect([0, 1, 2, 3].map((entry) => tree.isState(entry))).toEqual([true, true, false, false]);
    for (const entry of [2, 3]) {
      expect(() => tree.lineOf(entry)).toThrow(RangeError);
      expect(() => tree.pathTo(entry)).toThrow(RangeError);
      expect(() => tree.pathBetween(entry, 1)).toThrow(RangeError);
    }
  });

  it('finds a path between any two states that leads there, whatever was done before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), fc.nat(), (choices, goal) => {
        const tree = createEditTree();
        const edits = [0];
        for (const choice of choices) {
          if (choice % 3 === 0) move(tree, edits[choice % edits.length]);
          else {
            edit(tree);
            edits.push(tree.revision);
          }
        }
        const to = edits[goal % edits.length];
        const applied = new Set(tree.lineOf(tree.head));
        const { takeBack, apply } = tree.pathTo(to);
        for (const revision of takeBack) expect(applied.delete(revision)).toBe(true);
        for (const revision of apply) {
          expect(tree.parentOf(revision) === 0 || applied.has(tree.parentOf(revision))).toBe(true);
          applied.add(revision);
        }
        expect([...applied].sort((a, b) => a - b)).toEqual(tree.lineOf(to));
      }),
    );
  });
});
