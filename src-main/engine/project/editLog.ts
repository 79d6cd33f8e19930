import { userInfo } from 'node:os';

import { NO_CUT } from '#domain/editChange.ts';
import type { Cut, EditChange, EditKind } from '#domain/editChange.ts';
import { createEditTree } from '#domain/editTree.ts';
import type { EditTree } from '#domain/editTree.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Zyx } from '#domain/geometry.ts';

import type { ProjectDatabase } from './database.ts';
import { withDatabaseErrors } from './databaseErrors.ts';

/** An entry of the log as it is kept. */
export type LogEntry = EditEntry | MoveEntry;

interface EntryBase {
  readonly revision: number;
  readonly author: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface EditEntry extends EntryBase {
  readonly type: 'edit';
  readonly kind: EditKind;
  readonly parent: number;
  readonly change: EditChange;
  /** Where to look to see it; null for an edit of the whole volume. */
  readonly place: Zyx | null;
  /** In words. */
  readonly summary: string;
}

/** Undo, redo or a jump: the project went to the state of edit `to`. */
export interface MoveEntry extends EntryBase {
  readonly type: 'move';
  readonly to: number;
}

export type NewEntry =
  Pick<EditEntry, 'type' | 'kind' | 'change' | 'place' | 'summary'> | { readonly type: 'move'; readonly to: number };

/** The log of a project in memory: its entries and the tree that they make. */
export interface EditLog {
  readonly entries: readonly LogEntry[];
  readonly tree: EditTree;
}

/** A row of the table `edits`. */
export interface EditRow {
  readonly revision: number;
  readonly kind: string;
  readonly payload: string;
  readonly author: string;
  readonly created_at: string;
  readonly parent: number | null;
  readonly move_to: number | null;
  readonly place: string | null;
  readonly summary: string | null;
}

/**
 * Reads the whole log.
 *
 * @throws FascicleError 'bad-file' where entries contradict each other
 */
export function readEditLog(database: ProjectDatabase): EditLog {
  const entries: LogEntry[] = [];
  const tree = createEditTree();
  let cut: Cut = NO_CUT;
  for (const row of database.prepare('SELECT * FROM edits ORDER BY revision').iterate() as Iterable<EditRow>) {
    const entry = entryOf(row, cut);
    if (entry.type === 'edit' && entry.change.cut) cut = entry.change.cut.after;
    try {
      tree.append({
        revision: entry.revision,
        step: entry.type === 'edit' ? { type: 'edit', parent: entry.parent } : { type: 'move', to: entry.to },
      });
    } catch (cause) {
      throw new FascicleError(
        'bad-file',
        `The edit log of ${database.name} is damaged: ${(cause as Error).message} Nothing was changed. ` +
          'Copy the newest backup beside it in its place.',
        { cause },
      );
    }
    entries.push(entry);
  }
  return { entries, tree };
}

/** An entry from its row. Threshold edits of schema 1 hold the cut alone and stand on the entry before them. */
export function entryOf(row: EditRow, cutBefore: Cut): LogEntry {
  const { revision, author, created_at: createdAt } = row;
  if (row.move_to !== null) return { type: 'move', revision, author, createdAt, to: row.move_to };
  const payload = JSON.parse(row.payload) as EditChange | Cut;
  const change = 'threshold' in payload ? { cut: { before: cutBefore, after: payload } } : payload;
  const place = row.place === null ? null : (JSON.parse(row.place) as Zyx);
  const parent = row.parent ?? revision - 1;
  const summary = row.summary ?? summariseCut(change.cut!.after);
  return { type: 'edit', revision, author, createdAt, kind: row.kind as EditKind, parent, change, place, summary };
}

/** 'Threshold 0.55', 'No merges'. */
export function summariseCut({ threshold, minSize }: Cut): string {
  if (threshold === null) return 'No merges';
  return `${thresholdInWords(threshold)}${minSize > 0 ? `, fragments from ${minSize} voxels` : ''}`;
}

/** 'Threshold 0.6923': those that stand for a beta have as many digits as a double holds. */
export function thresholdInWords(threshold: number): string {
  return `Threshold ${Number(threshold.toFixed(4))}`;
}

/** Changes along the line to an edit, in order; to the present state where none is named. */
export function changesTo({ entries, tree }: EditLog, edit: number = tree.head): EditChange[] {
  return tree.lineOf(edit).map((revision) => (entries[revision - 1] as EditEntry).change);
}

/** @throws FascicleError 'conflict' where an edit was made for another revision than the one that the log is at */
export function requireRevision({ tree: { revision } }: EditLog, expected: number): void {
  if (expected !== revision)
    throw new FascicleError(
      'conflict',
      `The project has changed since: it is at revision ${revision}, this edit was made for ${expected}. Look again and repeat it.`,
    );
}

/**
 * Appends an entry in one durable transaction together with what `also` writes: either all of it is there after a crash or none.
 *
 * @param options.also writes the rows that the edit changes; gets the new revision
 * @throws FascicleError 'storage'
 */
export function appendEntry(
  database: ProjectDatabase,
  log: EditLog,
  entry: NewEntry,
  { also, now = new Date() }: { also?: (revision: number) => void; now?: Date } = {},
): LogEntry {
  const { tree } = log;
  const revision = tree.revision + 1;
  const base = { revision, author: userInfo().username, createdAt: now.toISOString() };
  const kept: LogEntry = entry.type === 'edit' ? { ...base, ...entry, parent: tree.head } : { ...base, ...entry };
  const write = database.transaction(() => {
    insert(database, kept);
    also?.(revision);
  });
  withDatabaseErrors(database.name, () => write.immediate());
  (log.entries as LogEntry[]).push(kept);
  tree.append({
    revision,
    step: kept.type === 'edit' ? { type: 'edit', parent: kept.parent } : { type: 'move', to: kept.to },
  });
  return kept;
}

function insert(database: ProjectDatabase, entry: LogEntry): void {
  const isEdit = entry.type === 'edit';
  database
    .prepare(
      'INSERT INTO edits (revision, kind, payload, author, created_at, parent, move_to, place, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      entry.revision,
      isEdit ? entry.kind : 'move',
      isEdit ? JSON.stringify(entry.change) : 'null',
      entry.author,
      entry.createdAt,
      isEdit ? entry.parent : null,
      isEdit ? null : entry.to,
      isEdit && entry.place !== null ? JSON.stringify(entry.place) : null,
      isEdit ? entry.summary : null,
    );
}
