import { FascicleError, isFascicleError } from '#domain/errors.ts';
import { createOrOpenProject, openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';

/**
 * Opens the project that a command names.
 *
 * @throws FascicleError as `openProject`, with the way out where it is damaged
 */
export function openNamedProject(directory: string, options: { readOnly?: boolean } = {}): Promise<Project> {
  return withWayOut([directory], () => openProject(directory, options));
}

/**
 * Opens the project that a command names, or makes it.
 *
 * @throws FascicleError as `createOrOpenProject`, with the way out where it is damaged
 */
export function createOrOpenNamedProject(directory: string): Promise<Project> {
  return withWayOut([directory], () => createOrOpenProject(directory));
}

/**
 * Runs what reads projects that a command names.
 *
 * @throws FascicleError as `run`, with the way out where a project is damaged: the one that the message names, else any
 */
export async function withWayOut<T>(directories: readonly string[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isFascicleError(error, 'bad-file')) throw error;
    const named = directories.filter((directory) => error.message.includes(directory));
    const checks = (named.length > 0 ? named : directories).map((directory) => `fascicle verify ${directory}`);
    const wayOut = `What is damaged, and whether there is a backup, says: ${checks.join(' or ')}`;
    throw new FascicleError('bad-file', `${error.message.replace(/\.$/, '')}. ${wayOut}`, { cause: error });
  }
}
