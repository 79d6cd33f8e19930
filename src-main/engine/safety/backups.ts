import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import { FascicleError } from '#domain/errors.ts';
import { asDatabaseError } from '#engine/project/databaseErrors.ts';
import type { ProjectPaths } from '#engine/project/paths.ts';
import type { Project } from '#engine/project/project.ts';
import { countRows } from '#engine/project/tables.ts';
import { requireFreeDisk } from '#engine/system/freeDisk.ts';
import { partialPath, publish, removePartial } from '#volumes/atomicFile.ts';
import { errorCode, withFileErrors } from '#volumes/fileErrors.ts';

import { quickCheck } from './quickCheck.ts';

/** A copy of a project's database, in its folder `backups`. */
export interface Backup {
  /** '2026-11-21T10-05-33Z-r12.sqlite' */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Of the log of edits. */
  readonly revision: number;
  readonly bytes: number;
}

/** The newest copies are kept, then the last one of each of these days, then none. */
const NEWEST = 5;
const DAYS = 7;
/** Of all copies together; two are kept whatever they need. */
const MOST_BYTES = 4 * 2 ** 30;
const ALWAYS = 2;

const NAME = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z-r(\d+)\.sqlite$/;

/** The backups of a project, newest first; none where there is no folder. */
export async function listBackups({ backups }: Pick<ProjectPaths, 'backups'>): Promise<Backup[]> {
  const names = await readdir(backups).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(
    names.map(async (name) => {
      const match = NAME.exec(name);
      if (match === null) return null;
      const [, day, hour, minute, second, revision] = match;
      const { size } = await stat(join(backups, name));
      return { name, createdAt: `${day}T${hour}:${minute}:${second}.000Z`, revision: Number(revision), bytes: size };
    }),
  );
  return found
    .filter((backup) => backup !== null)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.revision - a.revision);
}

/**
 * Copies the database of an open project, page by page between other work: edits go on meanwhile and are in the copy. A copy that is not
 * sound is an error, and replaces nothing; older ones are then thinned out.
 *
 * @throws FascicleError 'storage' where there is no room, 'bad-file' where the copy is damaged
 */
export async function createBackup({ database, paths }: Project, now: Date = new Date()): Promise<Backup> {
  const bytes = (await stat(paths.database)).size;
  await requireFreeDisk(paths.directory, bytes);
  await withFileErrors(`Making ${paths.backups}`, () => mkdir(paths.backups, { recursive: true }));
  const revision = countRows(database, 'edits');
  const createdAt = `${now.toISOString().slice(0, 19)}.000Z`;
  const name = `${createdAt.slice(0, 19).replaceAll(':', '-')}Z-r${revision}.sqlite`;
  const path = join(paths.backups, name);
  await removePartial(path);
  try {
    await database.backup(partialPath(path));
    await settle(partialPath(path));
    await publish(path);
  } catch (error) {
    await removePartial(path).catch(() => undefined);
    throw asDatabaseError(error, paths.backups);
  }
  await thinOut(paths, now);
  return { name, createdAt, revision, bytes };
}

/** Makes one file of it, without a log beside it, and checks it before it may push out an older one. */
async function settle(path: string): Promise<void> {
  const copy = new Database(path);
  copy.pragma('journal_mode = DELETE');
  copy.close();
  const finding = await quickCheck(path);
  if (finding?.isSound === false)
    throw new FascicleError('bad-file', `The backup ${path} is damaged: ${finding.detail}. It was not kept.`);
}

async function thinOut(paths: ProjectPaths, now: Date): Promise<void> {
  const backups = await listBackups(paths);
  const kept = new Set(backupsToKeep(backups, now).map(({ name }) => name));
  for (const { name } of backups) if (!kept.has(name)) await rm(join(paths.backups, name), { force: true });
}

/** Those that stay, newest first: the last few, the last of each of the last days, as far as they fit. */
export function backupsToKeep(backups: readonly Backup[], now: Date): Backup[] {
  const oldest = new Date(now.getTime() - DAYS * 86_400_000).toISOString();
  const days = new Set<string>();
  let bytes = 0;
  return backups.filter((backup, i) => {
    const day = backup.createdAt.slice(0, 10);
    const isLastOfDay = !days.has(day);
    days.add(day);
    if (i >= NEWEST && !(isLastOfDay && backup.createdAt >= oldest)) return false;
    bytes += backup.bytes;
    return i < ALWAYS || bytes <= MOST_BYTES;
  });
}
