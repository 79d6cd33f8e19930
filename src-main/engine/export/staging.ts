import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';

import type { ExportTarget } from '#contract/routes/exports.ts';
import { FascicleError } from '#domain/errors.ts';
import { syncPath } from '#volumes/atomicFile.ts';
import { throwIfCancelled, withFileErrors } from '#volumes/fileErrors.ts';
import { isWithin } from '#volumes/paths.ts';

export interface Target {
  readonly what: ExportTarget['what'];
  /** A full path. */
  readonly path: string;
  readonly isFolder: boolean;
  /**
   * What may lie in a folder that is replaced: files with these endings only, or a file of this name that marks it. A file that is replaced
   * has one of these endings itself.
   */
  readonly replaceable: { readonly endings?: readonly string[]; readonly marker?: string };
}

/** A file that was written, as the manifest lists it. */
export interface WrittenFile {
  /** From the folder of the target, with '/'. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

const holdingFolder = (path: string): string => join(dirname(path), `.${basename(path)}.exporting`);

/** Where what a target replaces waits until all are published. */
const replacedPath = (path: string): string => join(holdingFolder(path), '.replaced');

/** Where a target is written before everything is complete. */
export function stagedPath({ path }: Pick<Target, 'path'>): string {
  return join(holdingFolder(path), basename(path));
}

/**
 * Refuses targets that cannot or must not be written: in folders that do not exist, in the project or over a source of it, twice, over
 * something that is there, unless it may be replaced and is of the same kind.
 *
 * @param kept paths that are never written to: the project's folder and its sources
 * @throws FascicleError 'bad-request', 'not-found', 'conflict'
 */
export async function checkTargets(
  targets: readonly Target[],
  options: { overwrite: boolean; kept: readonly string[] },
): Promise<void> {
  for (const [at, target] of targets.entries()) {
    const { path } = target;
    if (targets.slice(0, at).some((other) => isWithin(other.path, path) || isWithin(path, other.path)))
      throw new FascicleError('bad-request', `${path} is named twice, or lies in another part of the export.`);
    const kept = options.kept.find((other) => isWithin(other, path) || isWithin(path, other));
    if (kept !== undefined)
      throw new FascicleError(
        'bad-request',
        `${path} would change ${kept}, which belongs to the project. Choose another folder.`,
      );
    if (!existsSync(dirname(path)))
      throw new FascicleError('not-found', `There is no folder ${dirname(path)}. Make it, or choose another one.`);
    await checkExisting(target, options.overwrite);
  }
}

async function checkExisting({ path, isFolder, replaceable }: Target, overwrite: boolean): Promise<void> {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory() !== isFolder)
    throw new FascicleError('conflict', `${path} is a ${isFolder ? 'file' : 'folder'}. Choose another name.`);
  const names = isFolder ? await readdir(path) : [basename(path)];
  if (names.length === 0) return;
  if (!overwrite)
    throw new FascicleError('conflict', `${path} exists already. Choose another name, or allow that it is replaced.`);
  const { endings, marker } = replaceable;
  const isOurs =
    (marker !== undefined && names.includes(marker)) ||
    (endings !== undefined && names.every((name) => endings.includes(extname(name).toLowerCase())));
  if (isFolder && !isOurs)
    throw new FascicleError('conflict', `${path} holds other things; it is not replaced. Choose another folder.`);
  if (!isFolder && endings !== undefined && !isOurs)
    throw new FascicleError('conflict', `${path} does not end in ${endings.join(', ')}; it is not replaced.`);
}

/** Makes room to write targets, in place of what a killed export left. */
export async function stage(targets: readonly Target[]): Promise<void> {
  for (const { path } of targets)
    await withFileErrors(`Writing ${path}`, async () => {
      await discard(path);
      await mkdir(holdingFolder(path));
    });
}

/** Removes everything that was written and not published. What was set aside for it comes back to its place. */
export async function discardStaged(targets: readonly Pick<Target, 'path'>[]): Promise<void> {
  for (const { path } of targets) await discard(path);
}

/** An export that was killed between two renames has a folder set aside that is nowhere else. */
async function discard(path: string): Promise<void> {
  const replaced = replacedPath(path);
  if (!existsSync(path) && existsSync(replaced)) await rename(replaced, path);
  await rm(holdingFolder(path), { recursive: true, force: true });
}

/** Hashes the files of a staged target. */
export async function hashStaged(target: Target, signal?: AbortSignal): Promise<WrittenFile[]> {
  const root = holdingFolder(target.path);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: WrittenFile[] = [];
  for (const path of paths.sort()) {
    throwIfCancelled(signal);
    files.push({
      path: relative(root, path).replaceAll('\\', '/'),
      bytes: (await stat(path)).size,
      sha256: await hashFile(path),
    });
  }
  return files;
}

export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await withFileErrors(`Reading ${path}`, async () => {
    for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(part as Buffer);
  });
  return hash.digest('hex');
}

/**
 * Moves every target to its name. Where one cannot be moved, those before it are taken back: all are there or none. Whoever ends this
 * midway finds under each name what was there or what is new, for a folder after `discardStaged`.
 */
export async function publishStaged(targets: readonly Target[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { path, isFolder } of targets) {
      const replaced = replacedPath(path);
      if (await setAside(path, replaced, isFolder)) undo.push(() => rename(replaced, path));
      await rename(stagedPath({ path }), path);
      undo.push(() => rename(path, stagedPath({ path })));
      await syncPath(dirname(path));
    }
  } catch (error) {
    for (const takeBack of undo.reverse()) await takeBack();
    throw error;
  }
}

/** Keeps what is replaced. A file stays under its name until the new one takes it; a folder cannot be replaced, so it makes room. */
async function setAside(path: string, replaced: string, isFolder: boolean): Promise<boolean> {
  if (!existsSync(path)) return false;
  if (isFolder) await rename(path, replaced);
  // File systems without links.
  else await link(path, replaced).catch(() => rename(path, replaced));
  return true;
}
