import type { Job, JobState } from '#contract/routes/jobs.ts';

/** The groups of the list, in its order. */
const JOB_GROUPS = ['running', 'interrupted', 'queued', 'finished'] as const;
export type JobGroup = (typeof JOB_GROUPS)[number];

const GROUP_TITLES: Readonly<Record<JobGroup, string>> = {
  running: 'Running',
  interrupted: 'Stopped, can go on',
  queued: 'Queued',
  finished: 'Finished',
};

const GROUP_OF: Readonly<Record<JobState, JobGroup>> = {
  running: 'running',
  paused: 'interrupted',
  interrupted: 'interrupted',
  queued: 'queued',
  done: 'finished',
  failed: 'finished',
  cancelled: 'finished',
};

/** The jobs by group, newest first but the queue in its order; groups without jobs are left out. */
export function groupJobs(jobs: readonly Job[]): { group: JobGroup; title: string; jobs: Job[] }[] {
  return JOB_GROUPS.map((group) => {
    const members = jobs.filter(({ state }) => GROUP_OF[state] === group);
    members.sort((a, b) => (group === 'queued' ? 1 : -1) * a.queuedAt.localeCompare(b.queuedAt));
    return { group, title: GROUP_TITLES[group], jobs: members };
  }).filter(({ jobs: members }) => members.length > 0);
}

/** The list with a job put in or brought up to date. */
export function withJob(jobs: readonly Job[], job: Job): readonly Job[] {
  return jobs.some(({ id }) => id === job.id)
    ? jobs.map((other) => (other.id === job.id ? job : other))
    : [job, ...jobs];
}

/** The job that a page shows first: what runs, else what waits for someone, else the newest. */
export function foremostJob(jobs: readonly Job[]): Job | null {
  return groupJobs(jobs)[0]?.jobs[0] ?? null;
}

/** What can be asked of a job in a state. */
export type JobAction = 'pause' | 'resume' | 'cancel';
const ACTIONS: Readonly<Record<JobState, readonly JobAction[]>> = {
  queued: ['cancel'],
  running: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  interrupted: ['resume', 'cancel'],
  failed: ['resume'],
  cancelled: ['resume'],
  done: [],
};

/** True where an action is possible. */
export function canDo(job: Job, action: JobAction): boolean {
  return ACTIONS[job.state].includes(action);
}
