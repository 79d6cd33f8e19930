import { existsSync } from 'node:fs';

import Database from 'better-sqlite3';

import { FascicleError } from '#domain/errors.ts';

import { asDatabaseError, withDatabaseErrors } from './databaseErrors.ts';

/** A held lock; `release` is idempotent. */
export interface ProjectLock {
  release(): void;
}

/**
 * Takes the one writer's lock of a project. It is an exclusive transaction on a small SQLite file, because the operating
 * system drops such a lock with the process, even after `kill -9`: there is no stale lock to explain to a user.
 *
 * @throws FascicleError 'conflict' when another process holds it, 'storage'
 */
export function lockProject(path: string): ProjectLock {
  const database = withDatabaseErrors(path, () => new Database(path, { timeout: 0 }));
  try {
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY'))
      throw new FascicleError(
        'conflict',
        `Another Fascicle process is writing to this project (${path} is locked). Wait for it, or end it, and try again.`,
        { cause: error },
      );
    throw asDatabaseError(error, path);
  }
  return { release: () => database.open && database.close() };
}

/** True where another process holds the lock of a project. Nothing is written; a project that was never opened is not locked. */
export function isProjectLocked(path: string): boolean {
  if (!existsSync(path)) return false;
  const database = new Database(path, { readonly: true, timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) return true;
    throw asDatabaseError(error, path);
  } finally {
    database.close();
  }
}
