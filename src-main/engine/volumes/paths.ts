import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

import { FascicleError } from '#domain/errors.ts';

/** Whether `inner` is `outer` or lies in it, whatever links lead to them. Neither needs to exist. */
export function isWithin(outer: string, inner: string): boolean {
  const [from, to] = [realPath(outer), realPath(inner)];
  const way = relative(from, to);
  // On Windows the way to another drive is a full path.
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && to.startsWith(from));
}

/** The path without links, as far as it exists. */
function realPath(path: string): string {
  const full = resolve(path);
  try {
    return realpathSync.native(full);
  } catch {
    const parent = dirname(full);
    return parent === full ? full : join(realPath(parent), basename(full));
  }
}

/**
 * Refuses to write where something lies already, unless it may be replaced; what is read meanwhile is never replaced.
 *
 * @param path the file or folder to write, without a dataset
 * @param options.inputs files and folders that are read
 * @throws FascicleError 'bad-request' for an input, 'conflict' for anything else that exists
 */
export function requireReplaceable(path: string, options: { overwrite: boolean; inputs?: readonly string[] }): void {
  const input = options.inputs?.find((other) => isWithin(other, path) || isWithin(path, other));
  if (input !== undefined)
    throw new FascicleError('bad-request', `${path} would replace ${input}, which is read. Name another output.`);
  if (existsSync(path) && !options.overwrite)
    throw new FascicleError('conflict', `${path} exists already. Name another output, or add --overwrite.`);
}
