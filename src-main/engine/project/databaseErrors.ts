import { FascicleError } from '#domain/errors.ts';

/** SQLite's codes for what the disk or its rights are to blame for; extended codes begin with them. */
const STORAGE_REASONS: readonly (readonly [code: string, reason: string])[] = [
  ['SQLITE_FULL', 'the disk is full; free some space'],
  ['SQLITE_IOERR', 'the disk is full or failed; free some space, or copy the project to another disk'],
  ['SQLITE_READONLY', 'it cannot be written; check the rights of the file and its folder'],
  ['SQLITE_CANTOPEN', 'it cannot be opened; check the rights of the file and its folder, and that the disk has space'],
];

function storageReason(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return STORAGE_REASONS.find(([prefix]) => code.startsWith(prefix))?.[1];
}

/** True for a failure of the disk, as SQLite or `withDatabaseErrors` reports it. */
export function isStorageFailure(error: unknown): boolean {
  return storageReason(error) !== undefined || (error instanceof FascicleError && error.kind === 'storage');
}

/**
 * Runs `work` on a database and turns failures of the disk into errors for people. SQLite has rolled back by then: nothing is
 * half written.
 *
 * @throws FascicleError 'storage'; other errors pass unchanged
 */
export function withDatabaseErrors<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asDatabaseError(error, path);
  }
}

/** The error of `withDatabaseErrors` for a failure of the disk, else `error` itself. */
export function asDatabaseError(error: unknown, path: string): unknown {
  const reason = storageReason(error);
  if (reason === undefined) return error;
  return new FascicleError('storage', `${path}: ${reason} (${(error as Error).message}). Nothing was changed.`, {
    cause: error,
  });
}
