import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { forEachLimited } from './concurrency.ts';
import { asFileError } from './fileErrors.ts';

/**
 * The name under which a file or folder is written before it is complete. It is fixed, so that what a killed process
 * left behind is replaced by the next run and never piles up.
 */
export function partialPath(path: string): string {
  return `${path.replace(/[\\/]+$/, '')}.partial`;
}

/** Waits until the disk holds the content of a file or folder. */
export async function syncPath(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    await handle.sync();
  } catch (error) {
    // Some systems cannot open or sync a folder; the rename is then as durable as it can be.
    if (!isSyncUnsupported(error)) throw error;
  } finally {
    await handle?.close();
  }
}

/** Waits until the disk holds everything in a folder. */
export async function syncTree(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  await forEachLimited(files, 4, (entry) => syncPath(join(entry.parentPath, entry.name)));
}

function isSyncUnsupported(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['EPERM', 'EINVAL', 'EISDIR', 'EBADF'].includes(String(error.code))
  );
}

/** Moves a complete `.partial` file to its final name, replacing what was there, and makes the move durable. */
export async function publish(path: string): Promise<void> {
  try {
    await syncPath(partialPath(path));
    await rename(partialPath(path), path);
    await syncPath(dirname(path) || '.');
  } catch (error) {
    throw asFileError(error, `Writing ${path}`);
  }
}

/** Removes what was written under the `.partial` name. */
export async function removePartial(path: string): Promise<void> {
  await rm(partialPath(path), { recursive: true, force: true });
}
