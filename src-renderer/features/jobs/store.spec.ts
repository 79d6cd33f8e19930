import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { effectScope, ref } from 'vue';

import type { Job, JobCourse } from '#contract/routes/jobs.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';

import { useJobCourse } from './composables/useJobCourse.ts';
import { useJobsStore } from './store.ts';
import { makeJob } from './testJob.ts';

const RUNNING = makeJob({ id: 'a', state: 'running' });
const COURSE: JobCourse = { throughput: [], throughputUnit: 'Mvoxel/s', blocks: [], blockSeconds: [], log: [] };

/** An engine whose answers about jobs wait until a test lets them come. */
function openJobs() {
  const list = Promise.withResolvers<Job[]>();
  const paused = Promise.withResolvers<Job>();
  const course = Promise.withResolvers<JobCourse>();
  const { engine, emit, callsOf } = createFakeEngine({
    jobs: { list: () => list.promise, pause: () => paused.promise, course: () => course.promise },
  });
  provideEngine(engine);
  setActivePinia(createPinia());
  let revision = 0;
  const tell = (job: Job): void => emit({ type: 'job', revision: ++revision, job });
  return { jobs: useJobsStore(), list, paused, course, tell, callsOf };
}
const states = (jobs: readonly Job[]) => Object.fromEntries(jobs.map(({ id, state }) => [id, state]));

beforeEach(() => void vi.useRealTimers());

it('a list that was asked for before a job ended does not say that it runs', async () => {
  const { jobs, list, tell } = openJobs();
  const loading = jobs.load();
  tell(makeJob({ id: 'a', state: 'done' }));
  tell(makeJob({ id: 'new', state: 'queued' }));
  list.resolve([RUNNING, makeJob({ id: 'old', state: 'failed' })]);
  await loading;
  expect(states(jobs.jobs)).toEqual({ a: 'done', new: 'queued', old: 'failed' });
});

it('the answer to a pause does not undo what was told of the job since', async () => {
  const { jobs, paused, tell } = openJobs();
  tell(RUNNING);
  const acting = jobs.act('a', 'pause');
  tell(makeJob({ id: 'a', state: 'paused' }));
  paused.resolve(RUNNING);
  expect(await acting).toBe(true);
  expect(states(jobs.jobs)).toEqual({ a: 'paused' });
});

it('a job that ended before the answer to its beginning has ended', () => {
  const { jobs, tell } = openJobs();
  jobs.put(makeJob({ id: 'b', state: 'queued' }));
  tell(makeJob({ id: 'a', state: 'done' }));
  jobs.put(RUNNING);
  expect(states(jobs.jobs)).toEqual({ a: 'done', b: 'queued' });
});

it('the course of a job comes also from an engine that takes longer than the time between two questions', async () => {
  vi.useFakeTimers();
  const { jobs, list, course, callsOf } = openJobs();
  list.resolve([]);
  await jobs.load();
  const scope = effectScope();
  const shown = scope.run(() => useJobCourse(ref(RUNNING)))!;
  await vi.advanceTimersByTimeAsync(3500);
  expect(callsOf('jobs.course')).toHaveLength(1);
  course.resolve(COURSE);
  await vi.advanceTimersByTimeAsync(0);
  expect(shown.value).toEqual(COURSE);
  scope.stop();
});
