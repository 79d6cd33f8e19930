import { invertChange } from '#domain/editChange.ts';
import type { EditChange } from '#domain/editChange.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import type { EditEntry, EditLog, LogEntry } from '#engine/project/editLog.ts';
import { writeTableChange } from '#engine/project/tableChange.ts';

/** Where the rows of the log and of its voxels are read from: tables of the same database, a schema before their names. */
export interface KeptRows {
  readonly edits: string;
  readonly voxelDeltas: string;
}

/**
 * Makes entries of a log again, in order, each as it was written: its rows of the log and of its voxels, and what it replaces in the
 * tables. Call it in a transaction. The voxels of supervoxels.zarr are the caller's affair.
 *
 * @param log that of `database`, which grows
 * @param onChange is told every change that is made, in order
 * @throws FascicleError 'conflict' where an entry does not fit the tables; RangeError where it does not fit the log
 */
export function replayEntries(
  database: ProjectDatabase,
  log: EditLog,
  entries: readonly LogEntry[],
  kept: KeptRows,
  onChange: (change: EditChange) => void = () => undefined,
): void {
  const copies = [
    database.prepare(`INSERT INTO edits SELECT * FROM ${kept.edits} WHERE revision = ?`),
    database.prepare(`INSERT INTO voxel_deltas SELECT * FROM ${kept.voxelDeltas} WHERE revision = ?`),
  ];
  for (const entry of entries) {
    for (const change of changesOf(log, entry)) {
      if (change.tables) writeTableChange(database, change.tables);
      onChange(change);
    }
    for (const copy of copies) copy.run(entry.revision);
    (log.entries as LogEntry[]).push(entry);
    const step =
      entry.type === 'edit' ? { type: entry.type, parent: entry.parent } : { type: entry.type, to: entry.to };
    log.tree.append({ revision: entry.revision, step });
  }
}

/** What an entry changes on the state that its log is in. */
function changesOf({ tree, entries }: EditLog, entry: LogEntry): EditChange[] {
  if (entry.type === 'edit') return [entry.change];
  const changeOf = (edit: number): EditChange => (entries[edit - 1] as EditEntry).change;
  const { takeBack, apply } = tree.pathTo(entry.to);
  return [...takeBack.map((edit) => invertChange(changeOf(edit))), ...apply.map(changeOf)];
}
