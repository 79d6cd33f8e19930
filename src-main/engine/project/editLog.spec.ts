import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { NO_DECISIONS } from '#domain/editChange.ts';

import { openDatabase } from './database.ts';
import type { ProjectDatabase } from './database.ts';
import { appendEntry, changesTo, readEditLog, requireRevision } from './editLog.ts';
import type { NewEntry } from './editLog.ts';
import { appendThreshold, currentCut } from './edits.ts';

let folder: string;
let database: ProjectDatabase;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fascicle-log-'));
  database = await openDatabase(join(folder, 'project.sqlite'), { create: true });
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const merge = (u: number, v: number): NewEntry => ({
  type: 'edit',
  kind: 'merge',
  change: { decisions: { ...NO_DECISIONS, addMust: [[u, v]] } },
  place: [1, 2, 3],
  summary: `Merge ${u} + ${v}`,
});

it('gives back what was appended, with the tree that undo has left', () => {
  const log = readEditLog(database);
  appendEntry(database, log, merge(1, 2));
  appendEntry(database, log, merge(3, 4));
  appendEntry(database, log, { type: 'move', to: 1 });
  appendEntry(database, log, merge(5, 6));
  const again = readEditLog(database);
  expect(again.entries).toEqual(log.entries);
  expect(again.tree.head).toBe(4);
  expect(again.tree.childrenOf(1)).toEqual([2, 4]);
  expect(changesTo(again).map(({ decisions }) => decisions?.addMust)).toEqual([[[1, 2]], [[5, 6]]]);
});

it('refuses an edit that was made for another revision', () => {
  const log = readEditLog(database);
  appendEntry(database, log, merge(1, 2));
  expect(() => requireRevision(log, 0)).toThrow('at revision 1');
  expect(() => requireRevision(log, 1)).not.toThrow();
});

it('keeps an edit and its rows together: neither is there when one cannot be written', () => {
  const log = readEditLog(database);
  const also = () => {
    throw new Error('no room');
  };
  expect(() => appendEntry(database, log, merge(1, 2), { also })).toThrow('no room');
  expect(log.entries).toHaveLength(0);
  expect(readEditLog(database).entries).toHaveLength(0);
  expect(appendEntry(database, log, merge(1, 2)).revision).toBe(1);
});

it('takes the cut of the state that the project is in, not of the last entry', () => {
  appendThreshold(database, { threshold: 0.8, minSize: 0 });
  appendThreshold(database, { threshold: 0.3, minSize: 5 });
  appendEntry(database, readEditLog(database), { type: 'move', to: 1 });
  expect(currentCut(database)).toEqual({ threshold: 0.8, minSize: 0 });
});

it('refuses a log with a gap, with a way out', () => {
  appendThreshold(database, { threshold: 0.8, minSize: 0 });
  database.exec(
    "INSERT INTO edits (revision, kind, payload, author, created_at) VALUES (3, 'threshold', '{\"threshold\":1,\"minSize\":0}', 'x', 'x')",
  );
  expect(() => readEditLog(database)).toThrow('backup');
});
