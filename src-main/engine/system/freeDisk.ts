import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { errorCode } from '#volumes/fileErrors.ts';

/** Bytes that a user may still write where `path` lies or would be made; null where the system does not say. */
export async function freeDiskBytes(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(path);
    return errorCode(error) === 'ENOENT' && parent !== path ? freeDiskBytes(parent) : null;
  }
}

/** Left free for the system and for what other programs write meanwhile. */
const RESERVE_BYTES = 256 * 2 ** 20;

/** Refuses what would fill the disk. @throws FascicleError 'storage' */
export async function requireFreeDisk(path: string, bytes: number): Promise<void> {
  const free = await freeDiskBytes(path);
  if (free === null || bytes + RESERVE_BYTES <= free) return;
  const gib = (value: number) => `${(value / 2 ** 30).toFixed(1)} GiB`;
  throw new FascicleError(
    'storage',
    `${gib(bytes)} do not fit on the disk of ${path}, which has ${gib(free)} left. Free some space or choose another folder.`,
  );
}
