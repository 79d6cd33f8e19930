/** Rows of the segmentation that edits replace, in SQLite. */
import type { EdgeRow, SupervoxelPair, SupervoxelRow, TableChange } from '#domain/editChange.ts';
import { FascicleError } from '#domain/errors.ts';

import type { ProjectDatabase } from './database.ts';
import { readSetting, writeSetting } from './settings.ts';

/** Setting: the highest supervoxel id that was ever given. An id that an undo makes vacant is not given to another supervoxel. */
const LAST_ID = 'lastSupervoxelId';

/** The highest supervoxel id of the project, in use or vacant. */
export function lastSupervoxelId(database: ProjectDatabase): number {
  const used = database.prepare('SELECT coalesce(max(id), 0) FROM supervoxels').pluck().get() as number;
  return Math.max(used, readSetting<number>(database, LAST_ID) ?? 0);
}

/** Ids begin anew with another segmentation. */
export function forgetLastSupervoxelId(database: ProjectDatabase): void {
  database.prepare('DELETE FROM settings WHERE key = ?').run(LAST_ID);
}

/** A supervoxel as the project has it. @throws FascicleError 'bad-request' where there is none */
export function readSupervoxelRow(database: ProjectDatabase, id: number): SupervoxelRow {
  const row = database.prepare('SELECT * FROM supervoxels WHERE id = ?').safeIntegers().get(id) as
    Record<string, bigint | number | null> | undefined;
  if (row === undefined) throw new FascicleError('bad-request', `There is no supervoxel ${id}.`);
  const number = (column: string): number => Number(row[column]);
  return {
    id,
    size: number('size'),
    boxMin: [number('min_z'), number('min_y'), number('min_x')],
    boxMax: [number('max_z'), number('max_y'), number('max_x')],
    centroid: [number('centroid_z'), number('centroid_y'), number('centroid_x')],
    ...(row['original_id'] !== null && { originalId: String(row['original_id']) }),
  };
}

/** The same change with the ends of each merge step in the order in which the project has them, so that taking it back restores that. */
export function orientSteps(database: ProjectDatabase, change: TableChange): TableChange {
  const select = database.prepare('SELECT u, v FROM merge_steps WHERE step = ?');
  const steps = change.steps.map(({ step, before, after }) => {
    const row = select.get(step + 1) as { u: number; v: number } | undefined;
    const isTurned = row?.u === before[1] && row.v === before[0];
    const turn = ([u, v]: SupervoxelPair): SupervoxelPair => (isTurned ? [v, u] : [u, v]);
    return { step, before: turn(before), after: turn(after) };
  });
  return { ...change, steps };
}

/**
 * Replaces rows, in the transaction of the edit.
 *
 * @throws FascicleError 'conflict' where a row that is replaced is not there
 */
export function writeTableChange(database: ProjectDatabase, { supervoxels, edges, steps }: TableChange): void {
  const last = lastSupervoxelId(database);
  writeSupervoxels(database, supervoxels);
  writeEdges(database, edges);
  const move = database.prepare('UPDATE merge_steps SET u = ?, v = ? WHERE step = ?');
  for (const { step, after } of steps) expectRow(move.run(...after, step + 1).changes, `merge step ${step}`);
  const highest = supervoxels.reduce((id, { after }) => Math.max(id, after?.id ?? 0), last);
  if (highest !== (readSetting<number>(database, LAST_ID) ?? -1)) writeSetting(database, LAST_ID, highest);
}

function writeSupervoxels(database: ProjectDatabase, rows: TableChange['supervoxels']): void {
  const remove = database.prepare('DELETE FROM supervoxels WHERE id = ?');
  // Imported ids stay with the row: parts do not have them.
  const update = database.prepare(
    'UPDATE supervoxels SET size = ?, min_z = ?, min_y = ?, min_x = ?, max_z = ?, max_y = ?, max_x = ?, ' +
      'centroid_z = ?, centroid_y = ?, centroid_x = ? WHERE id = ?',
  );
  const insert = database.prepare(
    'INSERT INTO supervoxels (size, min_z, min_y, min_x, max_z, max_y, max_x, centroid_z, centroid_y, centroid_x, id, original_id) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const values = ({ size, boxMin, boxMax, centroid, id }: SupervoxelRow): number[] => [
    size,
    ...boxMin,
    ...boxMax,
    ...centroid,
    id,
  ];
  for (const { before, after } of rows) {
    if (after === null) expectRow(remove.run(before!.id).changes, `supervoxel ${before!.id}`);
    else if (before === null)
      insert.run(...values(after), after.originalId === undefined ? null : BigInt(after.originalId));
    else expectRow(update.run(...values(after)).changes, `supervoxel ${after.id}`);
  }
}

function writeEdges(database: ProjectDatabase, rows: TableChange['edges']): void {
  const remove = database.prepare('DELETE FROM edges WHERE u = ? AND v = ?');
  const replace = database.prepare('INSERT OR REPLACE INTO edges VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { before, after } of rows)
    if (after === null) expectRow(remove.run(before!.u, before!.v).changes, `contact ${before!.u} ${before!.v}`);
    else replace.run(...edgeValues(after));
}

function edgeValues({ u, v, affinitySum, contactArea, affinityMax, contact }: EdgeRow): number[] {
  return [u, v, affinitySum, contactArea, affinityMax, ...contact];
}

function expectRow(changes: number, what: string): void {
  if (changes !== 1) throw new FascicleError('conflict', `The project has no ${what} any more; it has changed since.`);
}
