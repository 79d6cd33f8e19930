import { mkdir, readFile, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { errorCode } from '#volumes/fileErrors.ts';

import { discardStaged } from './staging.ts';

/** What an export says of itself in its folder in the project, for whoever finds it killed. */
interface ExportNote {
  readonly host: string;
  readonly process: number;
  /** Where it writes, full paths. */
  readonly targets: readonly string[];
}

/** No export takes as long: what is older and may be of another machine was left by one that was killed. */
const LEFT_MS = 7 * 24 * 3600 * 1000;

/** The folder of a project in which exports under way keep what they need. */
export const exportsFolder = (directory: string): string => join(directory, 'snapshots');

const noteOf = (folder: string): string => join(folder, 'export.json');

/** Notes in the folder of an export who writes where. In another user's project there may be no such folder; then nothing is noted. */
export async function noteExport(folder: string, targets: readonly string[]): Promise<void> {
  const note: ExportNote = { host: hostname(), process: process.pid, targets };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(noteOf(folder), JSON.stringify(note));
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
    const note = await readNote(folder);
    const isDead = note?.host === hostname() && !isRunning(note.process);
    if (!isDead && !(await isOld(folder))) continue;
    if (isDead) await discardStaged(note.targets.map((path) => ({ path }))).catch(() => undefined);
    await removeExportFolder(directory, name);
  }
}

/** Removes the folder of an export in a project, and that of all of them after the last. */
export async function removeExportFolder(directory: string, name: string): Promise<void> {
  const parent = exportsFolder(directory);
  await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  // One that another export uses is not empty.
  await rmdir(parent).catch(() => undefined);
}

async function readNote(folder: string): Promise<ExportNote | null> {
  try {
    return JSON.parse(await readFile(noteOf(folder), 'utf8')) as ExportNote;
  } catch {
    // None, or one that a kill has cut short.
    return null;
  }
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
