import { setImmediate as nextTurn } from 'node:timers/promises';

import { invertChange } from '#domain/editChange.ts';
import { foldChanges } from '#domain/editState.ts';
import { createEditTree } from '#domain/editTree.ts';
import { FascicleError } from '#domain/errors.ts';
import { voxelSteps } from '#engine/editing/voxels/catchUp.ts';
import { openVoxelFiles } from '#engine/editing/voxels/voxelFiles.ts';
import { markVoxelsAt, voxelsAt } from '#engine/editing/voxels/voxelLog.ts';
import { currentAssignment } from '#engine/project/assignment.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import type { ContentHash } from '#engine/project/contentHash.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { changesTo, readEditLog } from '#engine/project/editLog.ts';
import type { EditLog, LogEntry } from '#engine/project/editLog.ts';
import type { Project } from '#engine/project/project.ts';
import { writeTableChange } from '#engine/project/tableChange.ts';
import { loadLiveSegmentation } from '#engine/proofreading/loadLiveSegmentation.ts';

import { inCopy } from './copyProject.ts';
import { replayEntries } from './replayEntries.ts';

export interface ReplayReport {
  readonly directory: string;
  /** Entries of the log that were made again. */
  readonly revision: number;
  readonly hash: ContentHash;
}

const KEPT = { edits: 'temp.kept_edits', voxelDeltas: 'temp.kept_voxel_deltas' };
const LOG_TABLES = ['edits', 'voxel_deltas', 'checkpoints'];
/** Made again in one transaction, between two looks at whether anybody still wants the copy. */
const ENTRIES_PER_TURN = 64;

/**
 * Makes a project anew from its log: a copy goes back to the state before any edit, its log is emptied, and every entry up to `to` is
 * made again. The live segmentation takes each one, so an edit that could not have been made is an error, and what it comes to must be
 * what exports are made from.
 *
 * @param options.to entries of the log; all of them when absent
 * @param out a new or an empty folder
 * @throws FascicleError 'bad-request' for a log that has no such entry, 'bad-file' where the log does not make the project, 'cancelled', as
 *   `copyProject`
 */
export async function replayProject(
  directory: string,
  out: string,
  { to, signal }: { readonly to?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<ReplayReport> {
  const replayed = inCopy(directory, out, (copy) => replayIn(copy, directory, to, signal), signal);
  return replayed.catch((cause: unknown) => {
    if (!(cause instanceof RangeError)) throw cause;
    throw new FascicleError('bad-file', `The log of ${directory} cannot be replayed: ${cause.message}`, { cause });
  });
}

async function replayIn(
  project: Project,
  directory: string,
  to: number | undefined,
  signal: AbortSignal | undefined,
): Promise<ReplayReport> {
  const original = readEditLog(project.database);
  const revision = to ?? original.tree.revision;
  if (revision > original.tree.revision)
    throw new FascicleError(
      'bad-request',
      `The log of ${directory} has ${original.tree.revision} entries; --to ${revision} is beyond its end.`,
    );
  await goToBeginning(project, original, signal);
  await replay(project, original, revision, signal);
  return { directory: project.paths.directory, revision, hash: await contentHash(project, signal) };
}

/** Tables and voxels as they were before the first edit. */
async function goToBeginning(
  project: Project,
  { tree, entries }: EditLog,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { database } = project;
  await followVoxels(project, voxelSteps(tree, voxelsAt(database), 0), signal);
  const changes = changesTo({ tree, entries }).toReversed();
  database
    .transaction(() => {
      for (const { tables } of changes.map(invertChange)) if (tables) writeTableChange(database, tables);
      keepLog(database);
      markVoxelsAt(database, 0);
    })
    .immediate();
}

/** Puts the log aside and empties it. That is forbidden in a project; this is a copy whose log begins again. */
function keepLog(database: ProjectDatabase): void {
  database.exec(
    `CREATE TEMP TABLE kept_edits AS SELECT * FROM main.edits;
     CREATE TEMP TABLE kept_voxel_deltas AS SELECT * FROM main.voxel_deltas;
     CREATE INDEX temp.kept_voxel_deltas_by_revision ON kept_voxel_deltas (revision);`,
  );
  const triggers = database
    .prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('edits', 'voxel_deltas')`)
    .all() as { name: string; sql: string }[];
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
  for (const table of LOG_TABLES) database.exec(`DELETE FROM main.${table}`);
  for (const { sql } of triggers) database.exec(sql);
}

async function replay(
  project: Project,
  original: EditLog,
  revision: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { database } = project;
  const log: EditLog = { entries: [], tree: createEditTree() };
  const live = await loadLiveSegmentation(project, foldChanges([]), { signal });
  try {
    const make = database.transaction((entries: readonly LogEntry[]) =>
      replayEntries(database, log, entries, KEPT, (change) => live.apply(change)),
    );
    for (let from = 0; from < revision; from += ENTRIES_PER_TURN) {
      await nextTurn();
      signal?.throwIfAborted();
      make.immediate(original.entries.slice(from, Math.min(from + ENTRIES_PER_TURN, revision)));
    }
    await followVoxels(project, voxelSteps(log.tree, 0, log.tree.head), signal);
    markVoxelsAt(database, log.tree.head);
    const assignment = await currentAssignment(project, signal);
    if (assignment.some((segment, id) => segment !== live.assignment[id]))
      throw new FascicleError(
        'bad-file',
        'The log, made again edit by edit, does not come to the segments of its state.',
      );
  } finally {
    live.close();
  }
}

async function followVoxels(
  project: Project,
  steps: ReturnType<typeof voxelSteps>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (steps.length === 0) return;
  const files = await openVoxelFiles(project);
  try {
    await files.follow(steps, signal);
  } finally {
    await files.close();
  }
}
