import { NO_CUT } from '#domain/editChange.ts';
import type { Cut } from '#domain/editChange.ts';
import { foldChanges } from '#domain/editState.ts';
import type { EditState } from '#domain/editState.ts';
import { FascicleError } from '#domain/errors.ts';

import type { ProjectDatabase } from './database.ts';
import { appendEntry, changesTo, readEditLog, summariseCut } from './editLog.ts';
import { countRows } from './tables.ts';

/**
 * Appends an edit of the global threshold and returns its revision (1, 2, ...).
 *
 * @throws FascicleError 'bad-request' for a threshold outside 0..1 or a negative size
 */
export function appendThreshold(database: ProjectDatabase, cut: Cut, now: Date = new Date()): number {
  checkCut(cut);
  const log = readEditLog(database);
  const { cut: before } = foldChanges(changesTo(log));
  const change = { cut: { before, after: { threshold: cut.threshold, minSize: cut.minSize } } };
  return appendEntry(
    database,
    log,
    { type: 'edit', kind: 'threshold', change, place: null, summary: summariseCut(cut) },
    { now },
  ).revision;
}

/** @throws FascicleError 'bad-request' for a threshold outside 0..1 or a size that is no number of voxels */
export function checkCut({ threshold, minSize }: Cut): void {
  if (threshold !== null && !(threshold >= 0 && threshold <= 1))
    throw new FascicleError('bad-request', `A threshold lies between 0 and 1; found ${threshold}.`);
  if (!(Number.isSafeInteger(minSize) && minSize >= 0))
    throw new FascicleError('bad-request', `A fragment size is a whole number of voxels from 0; found ${minSize}.`);
}

/** What all edits of the present line come to. */
export function currentState(database: ProjectDatabase): EditState {
  return foldChanges(changesTo(readEditLog(database)));
}

/** The cut in force; `NO_CUT` in a project without one. */
export function currentCut(database: ProjectDatabase): Cut {
  return countRows(database, 'edits') === 0 ? NO_CUT : currentState(database).cut;
}
