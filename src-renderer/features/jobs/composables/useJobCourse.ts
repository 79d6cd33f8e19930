import { useDocumentVisibility, useIntervalFn } from '@vueuse/core';
import { shallowRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';

import type { Job, JobCourse } from '#contract/routes/jobs.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';

import { useJobsStore } from '../store.ts';

const EVERY_MS = 1000;

/**
 * The course of a job: read when it is shown and when its state changes, and each second while it runs and the window is seen.
 */
export function useJobCourse(job: Ref<Job | null>): Readonly<ShallowRef<JobCourse | null>> {
  const { client } = useEngine();
  const jobs = useJobsStore();
  const course = shallowRef<JobCourse | null>(null);
  const visibility = useDocumentVisibility();
  const latest = createLatest();
  let underWay = 0;

  async function read(): Promise<void> {
    const id = job.value?.id;
    if (id === undefined || !jobs.isLoaded) return;
    underWay++;
    // A course that cannot be read leaves the last one: the job's own state says what is wrong.
    const answer = await latest
      .run((signal) => client.jobs.course({ params: { job: id } }, { signal }))
      .catch(() => undefined);
    underWay--;
    if (answer !== undefined) course.value = answer;
  }

  watch(
    () => [job.value?.id, job.value?.state, jobs.isLoaded] as const,
    ([id], before) => {
      if (id !== before?.[0]) course.value = null;
      void read();
    },
    { immediate: true },
  );
  useIntervalFn(() => {
    // An engine that takes longer than a second to answer would be asked anew each time, and never be heard.
    if (underWay > 0) return;
    if (job.value?.state === 'running' && visibility.value === 'visible') void read();
  }, EVERY_MS);
  return course;
}
