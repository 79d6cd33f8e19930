import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';

import { FascicleError, isFascicleError } from '#domain/errors.ts';
import { isProjectLocked } from '#engine/project/lock.ts';
import { projectPaths } from '#engine/project/paths.ts';

/** The real path of a folder, and its id. @throws FascicleError 'not-found', 'bad-request' for a path that is not full */
export async function identify(directory: string): Promise<{ id: string; path: string }> {
  requireFullPath(directory);
  const path = await realpath(directory).catch((cause: unknown) => {
    throw new FascicleError('not-found', `There is no folder ${resolve(directory)}.`, { cause });
  });
  return { path, id: createHash('sha256').update(path).digest('hex').slice(0, 16) };
}

/**
 * Refuses a path from nowhere in particular: it would be taken from where the engine was started, which no window knows.
 *
 * @throws FascicleError 'bad-request'
 */
export function requireFullPath(directory: string): void {
  if (!isAbsolute(directory) || directory.includes('\0'))
    throw new FascicleError('bad-request', 'The folder is no full path. Name it from its root.');
}

/** An error of opening a folder, in words that say how to look at it all the same where another program holds it. */
export function withReadOnlyOffer(error: unknown, directory: string): unknown {
  if (!isFascicleError(error, 'conflict') || !isProjectLocked(projectPaths(directory).lock)) return error;
  return new FascicleError(
    'conflict',
    `${directory} is open in another Fascicle, which may be changing it. Close it there, or open it here for reading only.`,
    { cause: error },
  );
}
