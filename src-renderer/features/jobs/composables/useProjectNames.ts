import { onMounted, shallowRef, watch } from 'vue';
import type { Ref } from 'vue';

import type { Job } from '#contract/routes/jobs.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useProjectStore } from '#renderer/features/project/index.ts';

/**
 * Says which project a job belongs to; null where all jobs are of the project in view, for then it goes without saying, and where the
 * name is not known.
 */
export function useProjectNames(jobs: Ref<readonly Job[]>): (job: Job) => string | null {
  const { client } = useEngine();
  const shown = useProjectStore();
  const names = shallowRef<ReadonlyMap<string, string>>(new Map());

  async function read(): Promise<void> {
    const projects = await client.projects.recent().catch(() => []);
    names.value = new Map(projects.map(({ id, name }) => [id, name]));
  }
  onMounted(read);
  watch(
    () => jobs.value.some(({ project }) => !names.value.has(project)),
    (isUnknown) => isUnknown && void read(),
  );
  return ({ project }) => {
    const inView = shown.info?.id ?? project;
    const isOnly = jobs.value.every((other) => other.project === inView);
    return isOnly ? null : (names.value.get(project) ?? null);
  };
}
