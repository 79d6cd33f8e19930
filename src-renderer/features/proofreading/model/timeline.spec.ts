import { describe, expect, it } from 'vitest';

import type { HistoryEntry } from '#contract/routes/edits.ts';
import type { EditKind } from '#domain/editChange.ts';
import { createEditTree } from '#domain/editTree.ts';

import { buildTimeline, countKept, scrollTo } from './timeline.ts';

const COMMON = { author: 'ana', createdAt: '2026-11-20T10:00:00.000Z', place: null };
const edit = (revision: number, parent: number, kind: EditKind = 'merge'): HistoryEntry => ({
  ...COMMON,
  revision,
  step: { type: 'edit', kind, parent },
  summary: `edit ${revision}`,
});
const move = (revision: number, to: number): HistoryEntry => ({
  ...COMMON,
  revision,
  step: { type: 'move', to },
  summary: `went to ${to}`,
});
const editsOf = (nodes: readonly { edit: number }[]) => nodes.map((node) => node.edit);

describe('the line of a history', () => {
  it('of edits one after the other ends with the present', () => {
    const { nodes, now, branches } = buildTimeline([edit(1, 0), edit(2, 1), edit(3, 2)], 3);
    expect(editsOf(nodes)).toEqual([1, 2, 3]);
    expect(now).toBe(2);
    expect(nodes.some(({ isUndone }) => isUndone)).toBe(false);
    expect(branches).toEqual([]);
  });

  it('goes on with what redo would make', () => {
    const { nodes, now } = buildTimeline([edit(1, 0), edit(2, 1), edit(3, 2), move(4, 1)], 1);
    expect(editsOf(nodes)).toEqual([1, 2, 3]);
    expect(now).toBe(0);
    expect(nodes.map(({ isUndone }) => isUndone)).toEqual([false, true, true]);
  });

  it('after an edit on an older state has the other edits as a branch below', () => {
    const log = [edit(1, 0), edit(2, 1), edit(3, 2), move(4, 1), edit(5, 1)];
    const { nodes, branches } = buildTimeline(log, 5);
    expect(editsOf(nodes)).toEqual([1, 5]);
    expect(branches.map(({ from, nodes: own }) => [from, editsOf(own)])).toEqual([[0, [2, 3]]]);
  });

  it('begins before the first edit where everything is undone', () => {
    const { nodes, now } = buildTimeline([edit(1, 0), move(2, 0)], 0);
    expect(now).toBe(-1);
    expect(editsOf(nodes)).toEqual([1]);
  });

  it('takes the way that redo takes, whatever was done before', () => {
    const log: HistoryEntry[] = [];
    const tree = createEditTree();
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 16807) % 2147483647) % below;
    for (let revision = 1; revision <= 300; revision++) {
      const entry =
        revision > 1 && random(3) === 0
          ? move(revision, tree.undoTarget ?? tree.redoTarget ?? 0)
          : edit(revision, tree.head);
      log.push(entry);
      tree.append(entry);
      const { nodes, now, branches } = buildTimeline(log, tree.head);
      expect(nodes[now]?.edit ?? 0).toBe(tree.head);
      expect(nodes[now + 1]?.edit ?? null).toBe(tree.redoTarget);
      const shown = nodes.length + branches.reduce((sum, branch) => sum + branch.nodes.length, 0);
      expect(shown).toBe(log.filter(({ step }) => step.type === 'edit').length);
    }
  });
});

describe('edits that are kept', () => {
  it('are those of the present state that decide', () => {
    const log = [edit(1, 0, 'threshold'), edit(2, 1, 'split'), edit(3, 2, 'name'), edit(4, 3, 'merge'), move(5, 3)];
    expect(countKept(buildTimeline(log, 3))).toBe(1);
  });
});

describe('the window of a line', () => {
  it('moves as little as brings a node into it', () => {
    expect(scrollTo(5, 0, 10, 40)).toBe(0);
    expect(scrollTo(12, 0, 10, 40)).toBe(4);
    expect(scrollTo(2, 20, 10, 40)).toBe(1);
    expect(scrollTo(39, 0, 10, 40)).toBe(30);
    expect(scrollTo(-1, 5, 10, 40)).toBe(0);
  });
});
