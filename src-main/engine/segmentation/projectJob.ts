import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';

import { FascicleError, isFascicleError } from '#domain/errors.ts';
import { boxShape } from '#domain/geometry.ts';
import { assignmentAt, countSegments } from '#engine/project/assignment.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { isStorageFailure, withDatabaseErrors } from '#engine/project/databaseErrors.ts';
import { appendEdit } from '#engine/project/edits.ts';
import { beginJob, endJob } from '#engine/project/jobs.ts';
import type { Project } from '#engine/project/project.ts';
import { readSetting, writeSetting } from '#engine/project/settings.ts';
import { writeSegmentation } from '#engine/project/tables.ts';
import { writeSourceVolume } from '#engine/project/volumes.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

import type { SegmentationTables } from './segmentAffinities.ts';
import { workFolder } from './sourceVolume.ts';

/** A job that fills a project with a segmentation. */
export interface ProjectJob<Report extends object> {
  readonly kind: 'segment' | 'graph';
  /** All that determines the result, plain JSON. */
  readonly parameters: object;
  readonly sources: readonly SourceVolume[];
  readonly settings: { readonly threshold: number | null; readonly minSize: number };
  run(): Promise<{ tables: SegmentationTables; report: Report }>;
}

/** What a finished job says of the project. */
export interface ProjectReport {
  /** True where the project was already finished with these parameters and nothing was done. */
  readonly unchanged: boolean;
  readonly supervoxels: number;
  readonly edges: number;
  readonly segments: number;
  readonly threshold: number | null;
  readonly minSize: number;
  readonly seconds: number;
}

/** Settings key: the parameters and the report of the job that filled the project. */
const ORIGIN = 'origin';

/**
 * Runs a job on a project and takes its tables into the database in one transaction, together with the first threshold. The
 * work folder goes when that is durable. A project holds one segmentation: other parameters are refused.
 *
 * @throws FascicleError 'conflict' where the project was made with other parameters; what the job throws
 */
export async function runProjectJob<Report extends object>(
  project: Project,
  job: ProjectJob<Report>,
): Promise<ProjectReport & Report> {
  const { database } = project;
  const origin = readSetting<{ kind: string; parameters: object; report: ProjectReport & Report }>(database, ORIGIN);
  if (origin !== undefined) {
    if (JSON.stringify([origin.kind, origin.parameters]) !== JSON.stringify([job.kind, job.parameters]))
      throw new FascicleError(
        'conflict',
        `${project.paths.directory} already holds a segmentation made from other data or with other settings. Nothing was ` +
          'changed. Name another folder, or delete this one; for another threshold alone use `fascicle agglomerate`.',
      );
    await rm(project.paths.work, { recursive: true, force: true });
    return { ...origin.report, unchanged: true };
  }

  const start = performance.now();
  const { id } = withDatabaseErrors(project.paths.database, () => beginJob(database, job.kind, job.parameters));
  try {
    await discardOtherJobs(project, workFolder(project, job.parameters));
    const { tables, report } = await job.run();
    const { supervoxels, edges, steps } = tables;
    const { threshold, minSize } = job.settings;
    const full: ProjectReport & Report = {
      ...report,
      unchanged: false,
      supervoxels: supervoxels.count,
      edges: edges.u.length,
      segments: countSegments(await assignmentAt(steps, supervoxels.sizes, threshold, minSize)),
      threshold,
      minSize,
      seconds: (performance.now() - start) / 1000,
    };
    const commit = database.transaction(() => {
      writeSegmentation(database, { ...tables, shape: boxShape(job.sources[0].region) });
      for (const source of job.sources) writeSourceVolume(database, source);
      appendEdit(database, { kind: 'threshold', threshold, minSize });
      writeSetting(database, ORIGIN, { kind: job.kind, parameters: job.parameters, report: full });
      endJob(database, id, 'done', full);
    });
    withDatabaseErrors(project.paths.database, () => commit.immediate());
    await rm(project.paths.work, { recursive: true, force: true });
    return full;
  } catch (error) {
    writeDownFailure(database, id, error);
    throw error;
  }
}

/**
 * Before a job starts anew, drops what a killed job with other parameters left: its voxels lie in the stores that this one fills,
 * perhaps in another shape, and its markers would vouch for them if it were taken up again later. That a job's work folder exists
 * says that the stores are its own.
 */
async function discardOtherJobs({ paths }: Project, own: string): Promise<void> {
  if (existsSync(own)) return;
  await withFileErrors(`Preparing ${paths.directory}`, async () => {
    const abandoned = `${paths.work}.abandoned`;
    await rm(abandoned, { recursive: true, force: true });
    // In one step, so that no half-removed work folder can be taken up.
    if (existsSync(paths.work)) await rename(paths.work, abandoned);
    for (const path of [abandoned, paths.affinities, paths.foreground, paths.supervoxels])
      await rm(path, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
  });
}

/** Notes in the project why a job ended. On a full disk not even that may be possible; the job then counts as unfinished. */
function writeDownFailure(database: ProjectDatabase, id: number, error: unknown): void {
  const state = isFascicleError(error, 'cancelled') ? 'cancelled' : 'failed';
  try {
    endJob(database, id, state, { message: error instanceof Error ? error.message : String(error) });
  } catch (failure) {
    if (!isStorageFailure(failure)) throw failure;
  }
}
