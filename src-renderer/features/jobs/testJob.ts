import type { Job } from '#contract/routes/jobs.ts';

/** A running job for specs, with what the spec is about named in `changes`. */
export function makeJob(changes: Partial<Job> = {}): Job {
  return {
    id: 'job-1',
    project: 'abcdef12',
    kind: 'segment',
    title: 'Segment the volume',
    detail: 'EM sections network, 1 200 × 1 200 × 160 at 12 × 12 × 25 nm',
    state: 'running',
    stages: [
      { title: 'Normalise', state: 'done', done: 1, total: 1, unit: 'blocks', seconds: 70 },
      { title: 'Network', state: 'running', done: 713, total: 1152, unit: 'blocks', seconds: 1300 },
      { title: 'Watershed', state: 'waiting', done: 0, total: 0, unit: 'blocks', seconds: 0 },
    ],
    fraction: 0.62,
    secondsLeft: 840,
    voxelsPerSecond: 430_000,
    provider: null,
    facts: [],
    error: null,
    resume: 'it resumes at block 714',
    queuedAt: '2026-11-12T14:02:00.000Z',
    startedAt: '2026-11-12T14:02:00.000Z',
    endedAt: null,
    ...changes,
  };
}
