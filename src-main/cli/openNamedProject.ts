import { FascicleError, isFascicleError } from '#domain/errors.ts';
import { createOrOpenProject, openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';

/**
 * Opens the project that a command names.
 *
 * @throws FascicleError as `openProject`, with the way out where it is damaged
 */
export function openNamedProject(directory: string, options: { readOnly?: boolean } = {}): Promise<Project> {
  return withWayOut(directory, () => openProject(directory, options));
}

/**
 * Opens the project that a command names, or makes it.
 *
 * @throws FascicleError as `createOrOpenProject`, with the way out where it is damaged
 */
export function createOrOpenNamedProject(directory: string): Promise<Project> {
  return withWayOut(directory, () => createOrOpenProject(directory));
}

async function withWayOut(directory: string, open: () => Promise<Project>): Promise<Project> {
  try {
    return await open();
  } catch (error) {
    if (!isFascicleError(error, 'bad-file')) throw error;
    const wayOut = `What is damaged, and whether there is a backup, says: fascicle verify ${directory}`;
    throw new FascicleError('bad-file', `${error.message.replace(/\.$/, '')}. ${wayOut}`, { cause: error });
  }
}
