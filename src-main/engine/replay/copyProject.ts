import { constants, existsSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { isProjectLocked } from '#engine/project/lock.ts';
import { projectPaths } from '#engine/project/paths.ts';
import { openProject } from '#engine/project/project.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

/**
 * Copies a project that no program has open into a new or an empty folder: its database and its voxels, without backups, logs and what
 * can be made again.
 *
 * @returns the full path of the copy
 * @throws FascicleError 'conflict' where it is open for writing, 'bad-request' for a folder in use, 'not-found', 'storage'
 */
export async function copyProject(directory: string, out: string): Promise<string> {
  const target = resolve(out);
  if (existsSync(target) && (await readdir(target)).length > 0)
    throw new FascicleError('bad-request', `${target} holds files already. Name a new or an empty folder.`);
  const project = await openProject(directory, { readOnly: true });
  const { paths, database } = project;
  try {
    if (isProjectLocked(paths.lock))
      throw new FascicleError('conflict', `${paths.directory} is open in another Fascicle. Close it there first.`);
    await withFileErrors(`Copying to ${target}`, async () => {
      await mkdir(target, { recursive: true });
      for (const path of [
        ...[paths.supervoxels, paths.affinities, paths.foreground, paths.raw],
        ...[paths.coarseAffinities, paths.coarseForeground],
      ])
        if (existsSync(path))
          // Shares the blocks of the disk where it can.
          await cp(path, join(target, basename(path)), { recursive: true, mode: constants.COPYFILE_FICLONE });
    });
    await database.backup(projectPaths(target).database);
    return target;
  } finally {
    project.close();
  }
}
