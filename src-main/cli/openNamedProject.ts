import { FascicleError, isFascicleError } from '#domain/errors.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';

/**
 * Opens the project that a command names.
 *
 * @throws FascicleError as `openProject`, with the way out where it is damaged
 */
export async function openNamedProject(directory: string, options: { readOnly?: boolean } = {}): Promise<Project> {
  try {
    return await openProject(directory, options);
  } catch (error) {
    if (!isFascicleError(error, 'bad-file')) throw error;
    const wayOut = `What is damaged, and whether there is a backup, says: fascicle verify ${directory}`;
    throw new FascicleError('bad-file', `${error.message.replace(/\.$/, '')}. ${wayOut}`, { cause: error });
  }
}
