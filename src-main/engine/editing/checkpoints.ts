import { FascicleError } from '#domain/errors.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { withDatabaseErrors } from '#engine/project/databaseErrors.ts';

/** A name for a state of the tree of edits. */
export interface Checkpoint {
  readonly name: string;
  readonly revision: number;
  readonly createdAt: string;
}

/** Oldest first. */
export function readCheckpoints(database: ProjectDatabase): Checkpoint[] {
  return database
    .prepare('SELECT name, revision, created_at AS createdAt FROM checkpoints ORDER BY created_at, name')
    .all() as Checkpoint[];
}

/** Names a state; a name that is used already moves here. @throws FascicleError 'bad-request' for an empty name, 'storage' */
export function writeCheckpoint(
  database: ProjectDatabase,
  name: string,
  revision: number,
  now: Date = new Date(),
): void {
  const trimmed = name.trim();
  if (trimmed === '') throw new FascicleError('bad-request', 'A checkpoint needs a name.');
  withDatabaseErrors(database.name, () =>
    database
      .prepare('INSERT OR REPLACE INTO checkpoints (name, revision, created_at) VALUES (?, ?, ?)')
      .run(trimmed, revision, now.toISOString()),
  );
}
