import { FascicleError } from '#domain/errors.ts';
import type { JobRecord } from '#engine/project/jobs.ts';

import { placeOf } from './jobProgress.ts';
import type { JobProgress } from './jobProgress.ts';

/** The id of a job in the API: that of its project and its row there. */
export function jobIdOf(project: string, { id }: Pick<JobRecord, 'id'>): string {
  return `${project}-${id}`;
}

/** The project and the row of a job. @throws FascicleError 'not-found' for an id that no job can have */
export function parseJobId(id: string): { project: string; record: number } {
  const match = /^([a-z0-9]+)-([1-9]\d{0,8})$/.exec(id);
  if (match === null) throw unknownJob(id);
  return { project: match[1], record: Number(match[2]) };
}

export function unknownJob(id: string): FascicleError {
  return new FascicleError('not-found', `There is no job ${id} in the projects that are open. Open its project first.`);
}

/** Where a job that is under way nowhere stopped, in one line: 'Network, block 34 of 120'. */
export function noteOf({ progress, state }: JobRecord): string {
  const place = placeOf(progress as JobProgress | null);
  const how = state === 'paused' ? 'paused' : 'interrupted';
  return place === null ? `${how} before it began` : `${how} at ${place}`;
}
