import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. Node's `mkdir` with `recursive` asks again for ever where a file system answers ENOENT for a new
 * folder in one that exists, as automounters do for the home of an unknown user.
 *
 * @returns the folders that were made, the uppermost first
 * @throws what the file system throws; EEXIST where a file has the name
 */
export function makeFolder(path: string): string[] {
  if (isFolder(path)) return [];
  const parent = dirname(path);
  const above = parent !== path && !existsSync(parent) ? makeFolder(parent) : [];
  try {
    mkdirSync(path);
    return [...above, path];
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isFolder(path)) throw error;
    return above;
  }
}

/** Takes folders back that `makeFolder` made. One that is in use by now stays, with those above it. */
export function removeFolders(made: readonly string[]): void {
  try {
    for (const path of made.toReversed()) rmdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
