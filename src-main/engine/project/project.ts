import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { catchUpVoxels } from '#engine/editing/voxels/catchUp.ts';
import { makeFolder, removeFolders } from '#engine/system/makeFolder.ts';
import { asFileError, errorCode } from '#volumes/fileErrors.ts';

import { openDatabase } from './database.ts';
import type { ProjectDatabase } from './database.ts';
import { lockProject } from './lock.ts';
import { projectPaths } from './paths.ts';
import type { ProjectPaths } from './paths.ts';

/** An open project. The owner closes it. */
export interface Project {
  readonly paths: ProjectPaths;
  readonly database: ProjectDatabase;
  readonly readOnly: boolean;
  /** What this call made, so that it can be taken back; an existing project is never removed. */
  readonly made: 'nothing' | { readonly folders: readonly string[] };
  close(): void;
}

/**
 * Opens an existing project, its voxels in the state of its log.
 *
 * @param options.readOnly opens without the writer's lock, for reports beside a running job
 * @throws FascicleError 'not-found', 'bad-file', 'conflict' (in use, or written by a newer program)
 */
export async function openProject(directory: string, options: { readOnly?: boolean } = {}): Promise<Project> {
  const paths = projectPaths(resolve(directory));
  if (!existsSync(paths.directory)) throw new FascicleError('not-found', `There is no folder ${paths.directory}.`);
  if (isFile(paths.directory))
    throw new FascicleError(
      'not-found',
      `${paths.directory} is a file; a project is a folder.` +
        (basename(paths.directory) === basename(paths.database) ? ` Name ${dirname(paths.directory)}.` : ''),
    );
  // Before the lock is taken, which would leave its file in a folder of other things.
  if (!existsSync(paths.database))
    throw new FascicleError('not-found', `${paths.directory} is not a Fascicle project: it holds no project.sqlite.`);
  const project = await open(paths, { readOnly: options.readOnly ?? false, create: false, made: 'nothing' });
  try {
    await catchUpVoxels(project);
  } catch (error) {
    project.close();
    throw error;
  }
  return project;
}

/**
 * Opens the project in `directory`, or makes a new one there. A folder that holds other things is refused, so that a
 * mistyped path cannot scatter files into it.
 *
 * @throws FascicleError 'bad-request' (folder in use for something else), 'conflict', 'bad-file', 'storage'
 */
export async function createOrOpenProject(directory: string): Promise<Project> {
  const paths = projectPaths(resolve(directory));
  if (isFile(paths.directory))
    throw new FascicleError('bad-request', `${paths.directory} is a file; a project is a folder. Name another one.`);
  let folders: string[];
  try {
    folders = makeFolder(paths.directory);
  } catch (error) {
    throw folderError(error, paths.directory);
  }
  const isProject = existsSync(paths.database) || existsSync(paths.lock);
  if (!isProject && readdirSync(paths.directory).length > 0)
    throw new FascicleError(
      'bad-request',
      `${paths.directory} holds other files and is not a Fascicle project. Name a new or an empty folder.`,
    );
  return open(paths, { readOnly: false, create: true, made: isProject ? 'nothing' : { folders } });
}

/**
 * Closes a project, and removes it again where `createOrOpenProject` made it and no job has begun in it: a command that is refused for
 * its arguments changes nothing.
 */
export function closeUnlessUnused(project: Project): void {
  const { made, database, paths } = project;
  const isUsed = database.prepare('SELECT count(*) FROM jobs').pluck().get() !== 0;
  project.close();
  if (made === 'nothing' || isUsed) return;
  for (const path of [paths.database, `${paths.database}-wal`, `${paths.database}-shm`, paths.lock])
    rmSync(path, { force: true });
  removeFolders(made.folders);
}

function folderError(error: unknown, directory: string): FascicleError {
  const isBadPlace = ['ENOENT', 'ENOTDIR', 'EEXIST'].includes(errorCode(error) ?? '');
  return isBadPlace
    ? new FascicleError('bad-request', `No folder can be made at ${directory}. Name another one.`, { cause: error })
    : asFileError(error, `Making the project folder ${directory}`);
}

function isFile(path: string): boolean {
  return existsSync(path) && !statSync(path).isDirectory();
}

async function open(
  paths: ProjectPaths,
  options: { readOnly: boolean; create: boolean; made: Project['made'] },
): Promise<Project> {
  const { readOnly, create, made } = options;
  const lock = readOnly ? null : lockProject(paths.lock);
  try {
    const database = await openDatabase(paths.database, { readOnly, create });
    const close = () => {
      if (database.open) database.close();
      lock?.release();
    };
    return { paths, database, readOnly, made, close };
  } catch (error) {
    lock?.release();
    throw error;
  }
}
