import { constants, existsSync, statSync } from 'node:fs';
import { cp, readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { asDatabaseError } from '#engine/project/databaseErrors.ts';
import { isProjectLocked } from '#engine/project/lock.ts';
import { projectPaths } from '#engine/project/paths.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { makeFolder } from '#engine/system/makeFolder.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

/**
 * Copies a project that no program has open into a new or an empty folder: its database and its voxels, without backups, logs and what
 * can be made again. What cannot be copied whole is not copied at all.
 *
 * @returns the full path of the copy
 * @throws FascicleError 'conflict' where it is open for writing, 'bad-request' for a folder in use, 'not-found', 'storage'; the reason of
 *   `signal`
 */
export async function copyProject(directory: string, out: string, signal?: AbortSignal): Promise<string> {
  const target = resolve(out);
  const project = await openProject(directory, { readOnly: true });
  const { paths, database } = project;
  const goOn = (): true => {
    signal?.throwIfAborted();
    return true;
  };
  try {
    await requireUnused(target);
    if (isProjectLocked(paths.lock))
      throw new FascicleError('conflict', `${paths.directory} is open in another Fascicle. Close it there first.`);
    await orNothing(target, async () => {
      await withFileErrors(`Copying to ${target}`, async () => {
        makeFolder(target);
        for (const path of [
          ...[paths.supervoxels, paths.affinities, paths.foreground, paths.raw],
          ...[paths.coarseAffinities, paths.coarseForeground],
        ])
          if (existsSync(path))
            // Shares the blocks of the disk where it can. The filter is asked before each file.
            await cp(path, join(target, basename(path)), {
              ...{ recursive: true, mode: constants.COPYFILE_FICLONE },
              filter: goOn,
            });
      });
      const copy = projectPaths(target).database;
      const progress = (): number => {
        goOn();
        return PAGES_PER_TURN;
      };
      await database.backup(copy, { progress }).catch((error: unknown) => {
        throw asDatabaseError(error, copy);
      });
    });
    return target;
  } finally {
    project.close();
  }
}

/**
 * Runs `work` on a copy of a project, and removes the copy again where it fails or is given up: a copy that is half changed is no project.
 *
 * @throws FascicleError as `copyProject`; what `work` throws
 */
export async function inCopy<T>(
  directory: string,
  out: string,
  work: (copy: Project) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const target = await copyProject(directory, out, signal);
  return orNothing(target, async () => {
    const copy = await openProject(target);
    try {
      return await work(copy);
    } finally {
      copy.close();
    }
  });
}

/** Of the database, between two looks at what else there is to do. */
const PAGES_PER_TURN = 1000;

async function requireUnused(target: string): Promise<void> {
  if (!existsSync(target)) return;
  if (!statSync(target).isDirectory())
    throw new FascicleError('bad-request', `${target} is a file; a project is a folder. Name another one.`);
  if ((await readdir(target)).length > 0)
    throw new FascicleError('bad-request', `${target} holds files already. Name a new or an empty folder.`);
}

/** Runs `work`, which fills the folder `target`; where it fails, the folder goes. */
async function orNothing<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await rm(target, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}
