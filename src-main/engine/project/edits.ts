import { userInfo } from 'node:os';

import { FascicleError } from '#domain/errors.ts';

import type { ProjectDatabase } from './database.ts';
import { withDatabaseErrors } from './databaseErrors.ts';
import { countRows } from './tables.ts';

/** The merge tree is cut at this score, and segments under `minSize` voxels go to their strongest neighbour. */
export interface ThresholdEdit {
  readonly kind: 'threshold';
  /** 0..1; null merges nothing: every supervoxel is a segment, as after importing labels. */
  readonly threshold: number | null;
  /** Voxels; 0 keeps every fragment. */
  readonly minSize: number;
}

export type Edit = ThresholdEdit;

/**
 * Appends an edit and returns its revision (1, 2, ...). The log is append-only, which the schema enforces.
 *
 * @throws FascicleError 'bad-request' for a threshold outside 0..1 or a negative size
 */
export function appendEdit(database: ProjectDatabase, edit: Edit, now: Date = new Date()): number {
  if (edit.threshold !== null && !(edit.threshold >= 0 && edit.threshold <= 1))
    throw new FascicleError('bad-request', `A threshold lies between 0 and 1; found ${edit.threshold}.`);
  if (!(Number.isSafeInteger(edit.minSize) && edit.minSize >= 0))
    throw new FascicleError(
      'bad-request',
      `A fragment size is a whole number of voxels from 0; found ${edit.minSize}.`,
    );
  const { kind, ...payload } = edit;
  const append = database.transaction(() => {
    const revision = countRows(database, 'edits') + 1;
    database
      .prepare('INSERT INTO edits (revision, kind, payload, author, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(revision, kind, JSON.stringify(payload), userInfo().username, now.toISOString());
    return revision;
  });
  return withDatabaseErrors(database.name, () => append.immediate());
}

/** The threshold edit in force: the last one, or undefined in a project without one. */
export function currentThreshold(database: ProjectDatabase): ThresholdEdit | undefined {
  const payload = database
    .prepare("SELECT payload FROM edits WHERE kind = 'threshold' ORDER BY revision DESC LIMIT 1")
    .pluck()
    .get() as string | undefined;
  return payload === undefined ? undefined : { kind: 'threshold', ...JSON.parse(payload) };
}
