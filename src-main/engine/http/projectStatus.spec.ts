import { expect, it } from 'vitest';

import type { Job } from '#contract/routes/jobs.ts';

import { statusOfJobs } from './projectStatus.ts';

/** Jobs of a project, newest first, by kind and state. */
const jobs = (...all: readonly [kind: Job['kind'], state: Job['state']][]): Job[] =>
  all.map(([kind, state], at) => ({ id: `p-${all.length - at}`, kind, state, stages: [] }) as unknown as Job);

it('says that the run failed where there was no other that came to its end', () => {
  expect(statusOfJobs(jobs(['segment', 'failed']))).toMatchObject({ status: 'failed', unfinishedJob: null });
  expect(statusOfJobs(jobs(['segment', 'failed'], ['segment', 'failed']))).toMatchObject({ status: 'failed' });
  expect(statusOfJobs(jobs(['segment', 'failed'], ['segment', 'done']))).toBeNull();
  expect(statusOfJobs(jobs(['segment', 'cancelled'], ['segment', 'failed']))).toBeNull();
});

it('says nothing of jobs that leave the project as it is', () => {
  expect(statusOfJobs(jobs(['truth', 'running'], ['export', 'failed'], ['segment', 'done']))).toBeNull();
  expect(statusOfJobs(jobs(['truth', 'interrupted'], ['segment', 'interrupted']))).toMatchObject({
    ...{ status: 'interrupted', unfinishedJob: 'p-1' },
  });
});
