import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

import type { Job } from '#contract/routes/jobs.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useNavigationStore } from '#renderer/features/navigation/index.ts';

import { foremostJob, withJob } from './model/jobGroups.ts';
import type { JobAction } from './model/jobGroups.ts';

/** The jobs of the engine, kept up to date by its events, and the one that is looked at. */
export const useJobsStore = defineStore('jobs', () => {
  const { client, link, on } = useEngine();
  const navigation = useNavigationStore();
  const jobs = shallowRef<readonly Job[]>([]);
  const isLoaded = ref(false);
  /** Why the list or the last action failed. */
  const failure = ref<string | null>(null);
  const latest = createLatest();
  /** Of the events that told of jobs, how many there were and which was the last of each: an answer to an older question undoes none. */
  let heard = 0;
  const lastHeard = new Map<string, number>();
  const wasToldOf = (id: string, since: number): boolean => (lastHeard.get(id) ?? 0) > since;

  /** The job that is looked at: the chosen one, else the foremost. */
  const shown = computed(() => jobs.value.find(({ id }) => id === navigation.job) ?? foremostJob(jobs.value));
  /** What the strip shows: only what runs or could go on without being asked. */
  const active = computed(() => jobs.value.filter(({ state }) => state === 'running' || state === 'queued'));

  async function load(): Promise<void> {
    const since = heard;
    try {
      const list = await latest.run((signal) => client.jobs.list({}, { signal }));
      if (list === undefined) return;
      jobs.value = jobs.value.filter(({ id }) => wasToldOf(id, since)).reduce(withJob, list);
      isLoaded.value = true;
      failure.value = null;
    } catch (error) {
      failure.value = (error as Error).message;
    }
  }

  function choose(id: string): void {
    navigation.job = id;
  }

  /** Pauses, resumes or cancels; false where the engine refused, and `failure` says why. */
  async function act(id: string, action: JobAction): Promise<boolean> {
    const since = heard;
    try {
      const job = await client.jobs[action]({ params: { job: id } });
      if (!wasToldOf(id, since)) take(job);
      failure.value = null;
      return true;
    } catch (error) {
      failure.value = (error as Error).message;
      return false;
    }
  }

  /** A job that somebody has just begun; events may have told more of it before the answer to that came. */
  function put(job: Job): void {
    if (!lastHeard.has(job.id)) take(job);
  }

  function take(job: Job): void {
    jobs.value = withJob(jobs.value, job);
  }

  // What an engine that is gone said of its jobs is not asked for again before the next one has spoken.
  watch(link, (state) => {
    if (state === 'lost') isLoaded.value = false;
  });
  on('job', ({ job }) => {
    lastHeard.set(job.id, ++heard);
    take(job);
  });
  on('reset', () => void load());
  // Jobs are those of open projects: an engine that has just come back lists none until the window has opened its project again.
  on('projects', () => void load());

  return { jobs, isLoaded, failure, shown, active, load, choose, act, put };
});
