import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';

import { FascicleError } from '#domain/errors.ts';

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
  close(): void;
}

/**
 * Opens an existing project.
 *
 * @param options.readOnly opens without the writer's lock, for reports beside a running job
 * @throws FascicleError 'not-found', 'bad-file', 'conflict' (in use, or written by a newer program)
 */
export async function openProject(directory: string, options: { readOnly?: boolean } = {}): Promise<Project> {
  const paths = projectPaths(resolve(directory));
  if (!existsSync(paths.directory)) throw new FascicleError('not-found', `There is no folder ${paths.directory}.`);
  return open(paths, options.readOnly ?? false, false);
}

/**
 * Opens the project in `directory`, or makes a new one there. A folder that holds other things is refused, so that a
 * mistyped path cannot scatter files into it.
 *
 * @throws FascicleError 'bad-request' (folder in use for something else), 'conflict', 'bad-file', 'storage'
 */
export async function createOrOpenProject(directory: string): Promise<Project> {
  const paths = projectPaths(resolve(directory));
  try {
    mkdirSync(paths.directory, { recursive: true });
  } catch (error) {
    throw new FascicleError(
      'storage',
      `Cannot make the project folder ${paths.directory}: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  const isProject = existsSync(paths.database) || existsSync(paths.lock);
  if (!isProject && readdirSync(paths.directory).length > 0)
    throw new FascicleError(
      'bad-request',
      `${paths.directory} holds other files and is not a Fascicle project. Name a new or an empty folder.`,
    );
  return open(paths, false, true);
}

async function open(paths: ProjectPaths, readOnly: boolean, create: boolean): Promise<Project> {
  const lock = readOnly ? null : lockProject(paths.lock);
  try {
    const database = await openDatabase(paths.database, { readOnly, create });
    const close = () => {
      if (database.open) database.close();
      lock?.release();
    };
    return { paths, database, readOnly, close };
  } catch (error) {
    lock?.release();
    throw error;
  }
}
