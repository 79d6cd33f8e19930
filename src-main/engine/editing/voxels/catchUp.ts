import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import type { EditTree } from '#domain/editTree.ts';
import { readEditLog } from '#engine/project/editLog.ts';
import { isProjectLocked } from '#engine/project/lock.ts';
import type { Project } from '#engine/project/project.ts';

import { openVoxelFiles } from './voxelFiles.ts';
import { hasDeltas, markVoxelsAt, voxelsAt } from './voxelLog.ts';
import type { VoxelStep } from './voxelLog.ts';

/** The voxels that lie between the states of two edits. */
export function voxelSteps(tree: EditTree, from: number, to: number): VoxelStep[] {
  const { takeBack, apply } = tree.pathBetween(from, to);
  return [
    ...takeBack.map((edit) => ({ edit, side: 'before' as const })),
    ...apply.map((edit) => ({ edit, side: 'after' as const })),
  ];
}

/**
 * Brings supervoxels.zarr to the state of the log where the program ended between an edit and its voxels. Every project goes through
 * this when it is opened, so that exports and hashes see the log, the tables and the voxels agree.
 *
 * @throws FascicleError 'conflict' for a project opened for reading whose voxels are behind, 'bad-file', 'storage'
 */
export async function catchUpVoxels(project: Project): Promise<void> {
  const { database, paths, readOnly } = project;
  if (!hasDeltas(database) || !existsSync(join(paths.supervoxels, 'zarr.json'))) return;
  const { tree } = readEditLog(database);
  const at = voxelsAt(database);
  if (at === tree.head) return;
  const steps = voxelSteps(tree, at, tree.head);
  if (readOnly) {
    const isBehind = steps.some(({ edit }) => changesVoxels(project, edit));
    if (!isBehind) return;
    throw new FascicleError(
      'conflict',
      `The voxels of the last edit of ${paths.directory} are not written yet. ${wayOut(paths.lock)}`,
    );
  }
  const files = await openVoxelFiles(project);
  try {
    await files.follow(steps);
    markVoxelsAt(database, tree.head);
  } catch (cause) {
    throw unwrittenVoxels(`The voxels of the last edit of ${paths.directory} could not be written`, cause);
  } finally {
    await files.close();
  }
}

/** What brings the voxels up where this program may not. */
function wayOut(lock: string): string {
  if (isProjectLocked(lock)) return 'The program that has it open is writing them: try again in a moment.';
  return (
    'The program that made it ended before that; nothing is lost. Open the project once as usual, not for reading only, where its disk has room: ' +
    'that writes them. Where you may not write, copy its folder and open the copy.'
  );
}

/** Says that the log is ahead of the voxels, and what brings them up. */
export function unwrittenVoxels(what: string, cause: unknown): FascicleError {
  const { message } = cause as Error;
  return new FascicleError(
    'storage',
    `${what}: ${message} Make room or mend the disk, then try again: they are written before anything else.`,
    { cause },
  );
}

function changesVoxels({ database }: Project, edit: number): boolean {
  return database.prepare('SELECT EXISTS (SELECT 1 FROM voxel_deltas WHERE revision = ?)').pluck().get(edit) === 1;
}
