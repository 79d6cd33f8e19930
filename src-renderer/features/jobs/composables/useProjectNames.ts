import { onMounted, shallowRef, watch } from 'vue';
import type { Ref } from 'vue';

import type { Job } from '#contract/routes/jobs.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';

/**
 * Says which project a job belongs to; null where all jobs are of one project, for then it goes without saying, and where the name is
 * not known.
 */
export function useProjectNames(jobs: Ref<readonly Job[]>): (job: Job) => string | null {
  const { client } = useEngine();
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
    const isOnly = jobs.value.every((other) => other.project === project);
    return isOnly ? null : (names.value.get(project) ?? null);
  };
}
