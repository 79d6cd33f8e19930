import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { errorCode } from '#volumes/fileErrors.ts';

import { discardStaged } from './staging.ts';

/** No export takes as long: what is older and may be of another machine was left by one that was killed. */
const LEFT_MS = 7 * 24 * 3600 * 1000;

/** The folder of a project in which exports under way keep what they need. */
export const exportsFolder = (directory: string): string => join(directory, 'snapshots');

/**
 * A name for the folder of an export that this process owns. It says whose it is, so that from the first moment whoever finds the folder
 * knows whether the export is under way.
 */
export const newExportName = (): string => `${process.pid}@${hostname()}.${randomUUID()}`;

const targetsFile = (folder: string): string => join(folder, 'targets.json');

/**
 * Makes the folder of an export, and notes in it where the export writes, full paths. In another user's project there may be no such folder;
 * then nothing is noted.
 */
export async function noteExport(folder: string, targets: readonly string[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(targetsFile(folder), JSON.stringify(targets));
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}

/**
 * Removes what exports of a project have left that were killed: what they had written beside their targets, and their folders in the project.
 * What they had set aside to replace it comes back. Exports under way are left alone; what another user owns stays.
 */
export async function sweepExports(directory: string): Promise<void> {
  const parent = exportsFolder(directory);
  for (const name of await readdir(parent).catch(() => [])) {
    const folder = join(parent, name);
    const isDead = isOfDeadProcess(name);
    if (!isDead && !(await isOld(folder))) continue;
    if (isDead) await discardStaged((await readTargets(folder)).map((path) => ({ path }))).catch(() => undefined);
    await removeExportFolder(directory, name);
  }
  // One that was killed may not have come to a folder of its own.
  await rmdir(parent).catch(() => undefined);
}

/** Removes the folder of an export in a project, and that of all of them after the last. */
export async function removeExportFolder(directory: string, name: string): Promise<void> {
  const parent = exportsFolder(directory);
  await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  // One that another export uses is not empty.
  await rmdir(parent).catch(() => undefined);
}

async function readTargets(folder: string): Promise<readonly string[]> {
  try {
    return JSON.parse(await readFile(targetsFile(folder), 'utf8')) as string[];
  } catch {
    // None, or cut short by a kill: nothing is written to targets before they are noted.
    return [];
  }
}

/** Of this machine; of another one nobody can tell. */
function isOfDeadProcess(name: string): boolean {
  const [, id, host] = /^(\d+)@(.+)\.[^.]+$/.exec(name) ?? [];
  return host === hostname() && !isRunning(Number(id));
}

async function isOld(folder: string): Promise<boolean> {
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > LEFT_MS;
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
