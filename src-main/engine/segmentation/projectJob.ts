import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';

import { FascicleError, isFascicleError } from '#domain/errors.ts';
import type { ErrorKind } from '#domain/errors.ts';
import { boxShape } from '#domain/geometry.ts';
import type { ProjectDatabase } from '#engine/project/database.ts';
import { isStorageFailure, withDatabaseErrors } from '#engine/project/databaseErrors.ts';
import { hashParameters } from '#engine/jobs/markers.ts';
import { beginJob, endJob, writeJobParameters } from '#engine/project/jobs.ts';
import type { Project } from '#engine/project/project.ts';
import { writeSourceVolume } from '#engine/project/volumes.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

import { commitSegmentation } from './commitSegmentation.ts';
import { readOrigin } from './origin.ts';
import type { RunOptions, SegmentationRequest } from './request.ts';

/** A job that fills a project with a segmentation. */
export interface ProjectJob<Report extends object> {
  readonly kind: 'segment' | 'graph';
  /** All that determines the result, plain JSON. */
  readonly parameters: object;
  /** What runs it again. */
  readonly request: SegmentationRequest;
  /** Where its block results and tables lie, see `workFolder`. */
  readonly work: string;
  readonly sources: readonly SourceVolume[];
  readonly settings: { readonly threshold: number | null; readonly minSize: number };
  readonly record?: number | undefined;
  readonly running: Pick<RunOptions, 'signal' | 'onProgress' | 'onSources'>;
  /** Does the work and leaves its tables in the work folder. */
  run(): Promise<Report>;
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
  const origin = readOrigin(database);
  if (origin !== undefined) {
    if (hashParameters([origin.kind, origin.parameters]) !== hashParameters([job.kind, job.parameters]))
      throw new FascicleError(
        'conflict',
        `${project.paths.directory} already holds a segmentation made from other data or with other settings. Nothing was ` +
          'changed. Name another folder, or delete this one; for another threshold alone use `fascicle agglomerate`.',
      );
    await rm(project.paths.work, { recursive: true, force: true });
    return { ...(origin.report as ProjectReport & Report), unchanged: true };
  }

  const start = performance.now();
  const { parameters, request, record, work, settings } = job;
  const id = withDatabaseErrors(project.paths.database, () => {
    if (record === undefined) return beginJob(database, job.kind, parameters, request).id;
    writeJobParameters(database, record, parameters);
    return record;
  });
  try {
    await discardOtherJobs(project, work);
    withDatabaseErrors(project.paths.database, () => writeSources(database, job.sources));
    await job.running.onSources?.();
    const report = await job.run();
    const counts = await commitSegmentation(
      {
        database: project.paths.database,
        ...{ work, kind: job.kind, parameters, shape: boxShape(job.sources[0].region), settings, report },
        ends: record === undefined ? id : null,
        seconds: (performance.now() - start) / 1000,
      },
      job.running,
    );
    await rm(project.paths.work, { recursive: true, force: true });
    const { threshold, minSize } = settings;
    return { ...report, unchanged: false, ...counts, threshold, minSize };
  } catch (error) {
    if (record === undefined) writeDownFailure(database, id, error);
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
    const { affinities, foreground, supervoxels, coarseAffinities, coarseForeground } = paths;
    for (const path of [abandoned, affinities, foreground, supervoxels, coarseAffinities, coarseForeground])
      await rm(path, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
  });
}

function writeSources(database: ProjectDatabase, sources: readonly SourceVolume[]): void {
  const write = database.transaction(() => sources.forEach((source) => writeSourceVolume(database, source)));
  write.immediate();
}

/** Notes in the project why a job ended. On a full disk not even that may be possible; the job then counts as unfinished. */
function writeDownFailure(database: ProjectDatabase, id: number, error: unknown): void {
  const state = isFascicleError(error, 'cancelled') ? 'cancelled' : 'failed';
  try {
    endJob(database, id, state, describeFailure(error));
  } catch (failure) {
    if (!isStorageFailure(failure)) throw failure;
  }
}

/** A failure as a project keeps it. */
export function describeFailure(error: unknown): { kind: ErrorKind; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: isFascicleError(error) ? error.kind : 'internal', message };
}
