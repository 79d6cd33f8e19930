import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { partialPath, publish, removePartial } from '#volumes/atomicFile.ts';
import { asFileError, withFileErrors } from '#volumes/fileErrors.ts';

/**
 * Refuses a name that is not meant for such a file, before there is anything to write: a picture replaces earlier pictures, and never a
 * volume that was named by mistake.
 *
 * @param ending with its dot: '.png'
 * @throws FascicleError 'bad-request' for another ending, 'not-found' for want of the folder, 'conflict' for a folder of that name,
 *   'storage' where nothing may be written
 */
export function requireOutputFile(path: string, ending: string): void {
  if (extname(path).toLowerCase() !== ending)
    throw new FascicleError('bad-request', `${path}: the file to write must end in ${ending}.`);
  if (!existsSync(dirname(path)))
    throw new FascicleError('not-found', `There is no folder ${dirname(path)}. Make it, or name another one.`);
  if (existsSync(path) && statSync(path).isDirectory())
    throw new FascicleError('conflict', `${path} is a folder. Name another file.`);
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw asFileError(error, `Writing ${path}`);
  }
}

/** Writes a file whole or not at all. @throws FascicleError 'storage' */
export async function writeOutputFile(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await withFileErrors(`Writing ${path}`, () => writeFile(partialPath(path), content));
    await publish(path);
  } catch (error) {
    await removePartial(path).catch(() => undefined);
    throw error;
  }
}
