import { existsSync } from 'node:fs';

import type { Job } from '#contract/routes/jobs.ts';
import type { RecentProject } from '#contract/routes/projects.ts';
import { isFascicleError } from '#domain/errors.ts';
import { openDatabase } from '#engine/project/database.ts';
import { readJobs } from '#engine/project/jobs.ts';
import type { JobRecord } from '#engine/project/jobs.ts';
import { jobIdOf, noteOf } from '#engine/jobs/manager/jobId.ts';
import { onlyReads } from '#engine/jobs/manager/jobKinds.ts';
import { placeOf } from '#engine/jobs/manager/jobProgress.ts';
import { VIEW_DATA_JOB } from '#engine/jobs/manager/viewData.ts';
import { isProjectLocked } from '#engine/project/lock.ts';
import { projectPaths } from '#engine/project/paths.ts';
import type { RememberedProject } from '#engine/user/recentProjects.ts';

import { isSourceFound } from './projectInfo.ts';

/** What the start screen says of the state of a project. */
export type ProjectStatus = Pick<RecentProject, 'status' | 'note' | 'unfinishedJob'>;

/** The state of a project that this engine has not open, from its folder. Nothing is written. */
export async function statusOnDisk(remembered: RememberedProject): Promise<ProjectStatus> {
  const { directory, source, segments, id } = remembered;
  const paths = projectPaths(directory);
  if (!existsSync(paths.database))
    return state('missing', 'The folder was moved, removed or is on a disk that is away.');
  if (isProjectLocked(paths.lock)) return state('in-use', 'Another program of this machine has it open.');
  const jobs = await fillingJobs(paths.database);
  if (jobs === 'unreadable') return state('missing', 'Its database cannot be read; opening it says why.');
  const unfinished = jobs.slice(0, 1).find((job) => UNFINISHED.includes(job.state));
  if (unfinished !== undefined)
    return { status: 'interrupted', note: noteOf(unfinished), unfinishedJob: jobIdOf(id, unfinished) };
  if (source !== null && !isSourceFound(source)) return state('source-missing', `${source} is not where it was.`);
  if (segments !== null) return state('ready', null);
  return state(hasFailed(jobs) ? 'failed' : 'not-segmented', null);
}

/**
 * The state of an open project by its jobs, newest first; null where they say nothing.
 */
export function statusOfJobs(jobs: readonly Job[]): ProjectStatus | null {
  const last = jobs.find(isFilling);
  if (last === undefined) return null;
  const place = placeOf(last);
  switch (last.state) {
    case 'queued':
      return state('running', 'waiting for its turn');
    case 'running':
      return state('running', place);
    case 'paused':
    case 'interrupted':
      return { status: 'interrupted', note: `${last.state} at ${place ?? 'its beginning'}`, unfinishedJob: last.id };
    default:
      return hasFailed(jobs.filter(isFilling)) ? state('failed', null) : null;
  }
}

/** An export, a comparison, or what makes the views quick says nothing of a project: it is as ready without. */
const isFilling = ({ kind }: { readonly kind: string }): boolean => !onlyReads(kind) && kind !== VIEW_DATA_JOB;

/** The last run failed, and none before it came to its end. */
const hasFailed = (jobs: readonly { readonly state: string }[]): boolean =>
  jobs[0]?.state === 'failed' && jobs.every(({ state }) => state !== 'done');

/** Of a project that is open nowhere: what was queued, running or paused when it was closed goes on from there. */
const UNFINISHED: readonly JobRecord['state'][] = ['queued', 'running', 'paused'];

const state = (status: ProjectStatus['status'], note: string | null): ProjectStatus => ({
  status,
  note,
  unfinishedJob: null,
});

/** The jobs that filled a project which is open nowhere, newest first. */
async function fillingJobs(path: string): Promise<readonly JobRecord[] | 'unreadable'> {
  try {
    const database = await openDatabase(path, { readOnly: true });
    try {
      return readJobs(database).filter(isFilling);
    } finally {
      database.close();
    }
  } catch (error) {
    // Of another version of the program: opening it migrates it, or says that it cannot.
    if (isFascicleError(error, 'conflict')) return [];
    // Whoever opens it is told what is wrong; a list of projects must not fail for one of them.
    return 'unreadable';
  }
}
