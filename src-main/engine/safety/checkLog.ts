import type { EditChange } from '#domain/editChange.ts';
import { foldChanges } from '#domain/editState.ts';
import { changesTo, readEditLog } from '#engine/project/editLog.ts';
import type { EditEntry, EditLog } from '#engine/project/editLog.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';

import { findingOf } from './findings.ts';
import type { Finding } from './findings.ts';

/** The log reads as a tree, the line to the present place comes to a state, and voxels and names belong to edits that there are. */
export function checkLog(database: ProjectDatabase): Finding {
  const check = 'The log of edits';
  try {
    const log = readEditLog(database);
    foldChanges(changesTo(log));
    const edits = log.entries.filter((entry): entry is EditEntry => entry.type === 'edit');
    const problems = [...strayVoxels(database, log), ...missingVoxels(database, edits), ...strayNames(database, log)];
    return findingOf(check, problems, `${log.entries.length} entries, ${edits.length} of them edits, make one tree`);
  } catch (error) {
    return findingOf(check, [(error as Error).message], '');
  }
}

function strayVoxels(database: ProjectDatabase, { entries }: EditLog): string[] {
  const revisions = database.prepare('SELECT DISTINCT revision FROM voxel_deltas').pluck().all() as number[];
  return revisions
    .filter((revision) => voxelsOf(entries[revision - 1]) === undefined)
    .map((revision) => `voxels are kept for entry ${revision}, which changes none`);
}

function missingVoxels(database: ProjectDatabase, edits: readonly EditEntry[]): string[] {
  const count = database.prepare('SELECT count(*) FROM voxel_deltas WHERE revision = ?').pluck();
  return edits.flatMap(({ revision, change }) => {
    if (change.voxels === undefined) return [];
    const found = count.get(revision) as number;
    if (found === change.voxels.chunks) return [];
    return [`edit ${revision} changed voxels in ${change.voxels.chunks} chunks, and ${found} are kept`];
  });
}

function strayNames(database: ProjectDatabase, { entries }: EditLog): string[] {
  const names = database.prepare('SELECT name, revision FROM checkpoints').all() as {
    name: string;
    revision: number;
  }[];
  return names
    .filter(({ revision }) => revision !== 0 && entries[revision - 1]?.type !== 'edit')
    .map(({ name, revision }) => `the checkpoint '${name}' names entry ${revision}, which is no edit`);
}

function voxelsOf(entry: EditLog['entries'][number] | undefined): EditChange['voxels'] {
  return entry?.type === 'edit' ? entry.change.voxels : undefined;
}
