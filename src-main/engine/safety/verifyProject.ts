import { isFascicleError } from '#domain/errors.ts';
import { contentHash } from '#engine/project/contentHash.ts';
import type { ContentHash } from '#engine/project/contentHash.ts';
import { openProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import type { ProgressListener } from '#engine/segmentation/progress.ts';

import { checkDatabase } from './checkDatabase.ts';
import { checkLive } from './checkLive.ts';
import { checkLog } from './checkLog.ts';
import { checkSources } from './checkSources.ts';
import { checkTables } from './checkTables.ts';
import { checkStores, checkVoxels } from './checkVoxels.ts';
import { findingOf } from './findings.ts';
import type { Finding } from './findings.ts';

export interface VerifyReport {
  readonly project: string;
  readonly isSound: boolean;
  readonly findings: readonly Finding[];
  /** Null where the project cannot be hashed: it holds no segmentation, or is damaged. */
  readonly hash: ContentHash | null;
}

/**
 * Reads everything that a project holds and checks that it fits together. Nothing is changed; another program may have the project open.
 *
 * @throws FascicleError 'not-found' where there is no project, 'conflict' for one of another version, 'cancelled'
 */
export async function verifyProject(
  directory: string,
  options: { signal?: AbortSignal | undefined; onProgress?: ProgressListener | undefined } = {},
): Promise<VerifyReport> {
  let project: Project;
  try {
    project = await openProject(directory, { readOnly: true });
  } catch (error) {
    if (!isFascicleError(error, 'bad-file')) throw error;
    return {
      project: directory,
      isSound: false,
      findings: [findingOf('The database file', [error.message], '')],
      hash: null,
    };
  }
  try {
    const findings = [
      checkDatabase(project.database, 'full'),
      checkLog(project.database),
      checkTables(project.database),
    ];
    const isReadable = findings.every(({ isSound }) => isSound);
    if (isReadable) findings.push(await checkLive(project), ...(await checkVoxels(project, options)));
    findings.push(...(await checkStores(project, options)), ...(await checkSources(project)));
    const isSound = findings.every((finding) => finding.isSound);
    const hash = isReadable ? await hashUnlessDamaged(project, options.signal) : null;
    return { project: project.paths.directory, isSound, findings, hash };
  } finally {
    project.close();
  }
}

/** Null where what the checks found or passed over keeps the project from being hashed. */
async function hashUnlessDamaged(project: Project, signal: AbortSignal | undefined): Promise<ContentHash | null> {
  try {
    return await contentHash(project, signal);
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}
