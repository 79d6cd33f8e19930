import { copyFile, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

import { NO_CUT } from '#domain/editChange.ts';
import { FascicleError } from '#domain/errors.ts';
import { markVoxelsAt } from '#engine/editing/voxels/voxelLog.ts';
import { replayEntries } from '#engine/replay/replayEntries.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { openDatabase } from '#engine/project/database.ts';
import { entryOf, readEditLog } from '#engine/project/editLog.ts';
import type { EditRow } from '#engine/project/editLog.ts';
import { lockProject } from '#engine/project/lock.ts';
import { projectPaths } from '#engine/project/paths.ts';
import { partialPath, publish } from '#volumes/atomicFile.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

import { listBackups } from './backups.ts';
import { quickCheckHere } from './quickCheck.ts';

export interface RestoreReport {
  readonly backup: string;
  /** Name under which the database that was there is kept. */
  readonly kept: string;
  /** Entries of its log after those of the backup that could still be read, and were made again. */
  readonly recovered: number;
}

/**
 * Puts a backup in the place of a project's database. What was there is kept beside it, and every entry of its log that the backup has
 * not, and that can still be read, is made again: an edit is lost only where its bytes are.
 *
 * @param name of one of `listBackups`; the newest when absent
 * @throws FascicleError 'not-found' without such a backup, 'bad-file' for one that is damaged, 'conflict' for an open project, 'storage'
 */
export async function restoreBackup(directory: string, name?: string, now: Date = new Date()): Promise<RestoreReport> {
  const paths = projectPaths(directory);
  const backups = await listBackups(paths);
  const chosen = name === undefined ? backups[0] : backups.find((backup) => backup.name === basename(name));
  if (chosen === undefined)
    throw new FascicleError(
      'not-found',
      `${directory} has no ${name === undefined ? 'backup' : `backup ${name}`}. Found: ${backups.map((backup) => backup.name).join(', ') || 'none'}.`,
    );
  const source = join(paths.backups, chosen.name);
  const { isSound, detail } = quickCheckHere(source);
  if (!isSound)
    throw new FascicleError('bad-file', `The backup ${source} is damaged as well: ${detail}. Name an older one.`);

  const lock = lockProject(paths.lock);
  try {
    const kept = join(paths.directory, `project.damaged-${now.toISOString().replaceAll(':', '-')}.sqlite`);
    await withFileErrors(`Restoring ${paths.database}`, async () => {
      await copyFile(source, partialPath(paths.database));
      for (const end of ['-wal', '']) await moveIfThere(`${paths.database}${end}`, `${kept}${end}`);
      await rm(`${paths.database}-shm`, { force: true });
      await publish(paths.database);
    });
    const database = await openDatabase(paths.database);
    try {
      return { backup: chosen.name, kept: basename(kept), recovered: recover(database, kept) };
    } finally {
      database.close();
    }
  } finally {
    lock.release();
  }
}

async function moveIfThere(from: string, to: string): Promise<void> {
  if (existsSync(from)) await rename(from, to);
}

/** Makes the entries again that a damaged database still gives and the restored one has not. Returns how many. */
function recover(database: ProjectDatabase, damaged: string): number {
  try {
    database.prepare('ATTACH ? AS damaged').run(damaged);
  } catch {
    return 0;
  }
  let recovered = 0;
  try {
    const log = readEditLog(database);
    const kept = { edits: 'damaged.edits', voxelDeltas: 'damaged.voxel_deltas' };
    const next = database.prepare('SELECT * FROM damaged.edits WHERE revision = ?');
    const make = database.transaction((row: EditRow) => replayEntries(database, log, [entryOf(row, NO_CUT)], kept));
    for (let row = next.get(log.tree.revision + 1); row !== undefined; row = next.get(log.tree.revision + 1)) {
      make.immediate(row as EditRow);
      recovered++;
    }
    takeOverVoxelsAt(database);
  } catch {
    // From here on the log cannot be read, or does not fit: what came before it is made.
  } finally {
    database.exec('DETACH damaged');
  }
  return recovered;
}

/** The voxels on disk are those that the damaged database knew of. */
function takeOverVoxelsAt(database: ProjectDatabase): void {
  const text = database.prepare("SELECT value FROM damaged.settings WHERE key = 'voxelsAt'").pluck().get();
  if (typeof text === 'string') markVoxelsAt(database, JSON.parse(text) as number);
}
