import { cp, link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { readEditLog } from '#engine/project/editLog.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';
import { errorCode } from '#volumes/fileErrors.ts';
import { forEachLimited } from '#volumes/concurrency.ts';

import { exportsFolder, noteExport, removeExportFolder, sweepExports } from './leftovers.ts';

/** A project as it was when it was opened, whatever is edited meanwhile. The owner closes it, which removes what it needed. */
export interface ProjectSnapshot {
  readonly project: Project;
  close(): Promise<void>;
}

/** An edit may fall into the moment in which files are linked: then it is done again. */
const ATTEMPTS = 5;

/** The folder of a project in which snapshots keep their links while they are open. */
function snapshotFolder(directory: string, name: string): string {
  return join(exportsFolder(directory), name);
}

/**
 * Opens a project for reading and holds its state: the database by a read transaction, the voxels by hard links to their chunks, which
 * edits replace and never change. Where nothing can be linked (another user's project, a file system without links) they are read in
 * place; nobody writes there, or they are copied.
 *
 * @param name of the folder of links, from `newExportName`
 * @param targets where the export will write, full paths, noted for whoever finds it killed
 * @throws FascicleError as `openProject`; 'conflict' where edits come faster than a state can be held
 */
export async function openSnapshot(
  directory: string,
  name: string,
  targets: readonly string[],
): Promise<ProjectSnapshot> {
  await sweepExports(directory);
  for (let attempt = 1; ; attempt++) {
    const project = await openProject(directory, { readOnly: true });
    const folder = snapshotFolder(project.paths.directory, name);
    const close = async (): Promise<void> => {
      project.close();
      await removeExportFolder(project.paths.directory, name);
    };
    try {
      requireSegmentation(project);
      // Every statement from here on sees the state of the first one.
      project.database.exec('BEGIN');
      await noteExport(folder, targets);
      const { revision } = readEditLog(project.database).tree;
      const supervoxels = await linkVoxels(project.paths.supervoxels, join(folder, 'supervoxels.zarr'));
      if ((await revisionNow(directory)) === revision)
        return {
          project: { ...project, paths: { ...project.paths, supervoxels }, close: () => project.close() },
          close,
        };
    } catch (error) {
      await close();
      throw error;
    }
    await close();
    if (attempt === ATTEMPTS)
      throw new FascicleError(
        'conflict',
        `${directory} is edited faster than its state can be held. Try again in a moment.`,
      );
  }
}

async function revisionNow(directory: string): Promise<number> {
  const now = await openProject(directory, { readOnly: true });
  try {
    return readEditLog(now.database).tree.revision;
  } finally {
    now.close();
  }
}

async function linkVoxels(from: string, to: string): Promise<string> {
  try {
    await rm(to, { recursive: true, force: true });
    await mkdir(to, { recursive: true });
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return from;
  }
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const target = (entry: (typeof entries)[number]): string => join(to, entry.parentPath.slice(from.length), entry.name);
  for (const entry of entries) if (entry.isDirectory()) await mkdir(target(entry), { recursive: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.partial'));
  await forEachLimited(files, 16, async (entry) => {
    const path = join(entry.parentPath, entry.name);
    await link(path, target(entry)).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return;
      return cp(path, target(entry));
    });
  });
  return to;
}
