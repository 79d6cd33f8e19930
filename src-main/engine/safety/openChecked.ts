import { FascicleError, isFascicleError } from '#domain/errors.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { projectPaths } from '#engine/project/paths.ts';

import { listBackups } from './backups.ts';
import { checkLog } from './checkLog.ts';
import type { Finding } from './findings.ts';
import { quickCheck } from './quickCheck.ts';

/** A project and what is wrong with it, in words for its user; null where nothing was found. */
export interface CheckedProject {
  readonly project: Project;
  readonly damage: string | null;
}

/**
 * Opens a project after a look at its database and its log. One that is damaged is opened for reading only: what can be seen can be
 * exported, and nothing makes it worse.
 *
 * @throws FascicleError as `openProject`; 'bad-file' with the way out where nothing of it can be read
 */
export async function openChecked(directory: string, options: { readonly readOnly: boolean }): Promise<CheckedProject> {
  try {
    const project = await openProject(directory, options);
    const finding = await findDamage(project);
    if (finding === null) return { project, damage: null };
    const damage = `${finding.check} is damaged (${finding.detail}). Nothing can be changed. ${await wayOut(directory)}`;
    if (project.readOnly) return { project, damage };
    project.close();
    return { project: await openProject(directory, { readOnly: true }), damage };
  } catch (error) {
    if (!isFascicleError(error, 'bad-file')) throw error;
    throw new FascicleError('bad-file', `${error.message} ${await wayOut(directory)}`, { cause: error });
  }
}

async function findDamage({ database, paths }: Project): Promise<Finding | null> {
  const findings = [await quickCheck(paths.database), checkLog(database)];
  return findings.find((finding) => finding !== null && !finding.isSound) ?? null;
}

/** What a person can do about a damaged project. */
async function wayOut(directory: string): Promise<string> {
  const [newest] = await listBackups(projectPaths(directory)).catch(() => []);
  if (newest === undefined)
    return 'There is no backup. Export what can be read, and see what is damaged with: fascicle verify PROJECT';
  return `The backup of ${newest.createdAt} (revision ${newest.revision}) is put in its place with: fascicle verify PROJECT --restore`;
}
