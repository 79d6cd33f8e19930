import { existsSync } from 'node:fs';

import Database from 'better-sqlite3';

import { FascicleError } from '#domain/errors.ts';

import { asDatabaseError, isStorageFailure, withDatabaseErrors } from './databaseErrors.ts';
import { MIGRATIONS } from './migrations.ts';
import type { Migration } from './migrations.ts';
import { openReadOnly } from './openReadOnly.ts';

export type ProjectDatabase = Database.Database;

/** 'FASC' in ASCII: tells a project from any other SQLite file. */
const APPLICATION_ID = 0x46415343;

/**
 * Opens `project.sqlite`, creating it if asked, and brings its schema up to date.
 *
 * An older project is copied to `<path>.v<version>.bak` before it is migrated; a newer one is refused untouched.
 * Durability: WAL with synchronous=FULL, so a committed transaction survives a power cut.
 *
 * @throws FascicleError 'not-found' (absent and not to be created), 'bad-file' (not a project), 'conflict' (newer), 'storage'
 */
export async function openDatabase(
  path: string,
  options: { create?: boolean; readOnly?: boolean; migrations?: readonly Migration[] } = {},
): Promise<ProjectDatabase> {
  const { create = false, readOnly = false, migrations = MIGRATIONS } = options;
  if (!create && !existsSync(path))
    throw new FascicleError('not-found', `${path} does not exist, so this folder is not a Fascicle project.`);
  const database = withDatabaseErrors(path, () => (readOnly ? openReadOnly(path) : new Database(path)));
  try {
    const version = readVersion(database, path);
    const latest = migrations.at(-1)?.version ?? 0;
    if (version > latest)
      throw new FascicleError(
        'conflict',
        `${path} was written by a newer Fascicle (schema ${version}; this program knows up to ${latest}). ` +
          'Nothing was changed. Open it with the newer program.',
      );
    if (!readOnly) {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
      if (version > 0 && version < latest) await database.backup(`${path}.v${version}.bak`);
      migrate(database, migrations, version);
    } else if (version < latest) {
      throw new FascicleError(
        'conflict',
        `${path} has the older schema ${version} and was opened read-only. Open it once in the window ` +
          '(fascicle serve PROJECT): it is backed up and brought up to date then.',
      );
    }
    return database;
  } catch (error) {
    database.close();
    throw asDatabaseError(error, path);
  }
}

function readVersion(database: ProjectDatabase, path: string): number {
  try {
    const version = database.pragma('user_version', { simple: true }) as number;
    const application = database.pragma('application_id', { simple: true }) as number;
    const isEmpty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
    if (application !== APPLICATION_ID && !(isEmpty && version === 0))
      throw new FascicleError('bad-file', `${path} is an SQLite file but not a Fascicle project.`);
    return version;
  } catch (error) {
    if (error instanceof FascicleError || isStorageFailure(error)) throw error;
    throw new FascicleError('bad-file', `${path} is damaged or not an SQLite file: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function migrate(database: ProjectDatabase, migrations: readonly Migration[], from: number): void {
  const pending = migrations.filter((migration) => migration.version > from);
  database
    .transaction(() => {
      for (const migration of pending) {
        database.exec(migration.sql);
        database.pragma(`user_version = ${migration.version}`);
      }
      if (pending.length > 0) database.pragma(`application_id = ${APPLICATION_ID}`);
    })
    .immediate();
}
