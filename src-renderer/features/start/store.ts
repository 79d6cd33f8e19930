import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';

import type { RecentProject } from '#contract/routes/projects.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useNoticeStore } from '#renderer/features/notices/index.ts';

/** Long enough to read the notice and press Undo. */
const UNDO_MS = 6000;

/** The projects that were opened on this machine, last first. */
export const useRecentStore = defineStore('recent', () => {
  const { client, on } = useEngine();
  const notices = useNoticeStore();
  const all = shallowRef<readonly RecentProject[]>([]);
  const isLoaded = ref(false);
  const failure = ref<string | null>(null);
  /** Taken off the list on the screen, and by the engine when the time to undo is over. */
  const leaving = shallowRef<ReadonlyMap<string, ReturnType<typeof setTimeout>>>(new Map());
  const latest = createLatest();

  const projects = computed(() => all.value.filter(({ id }) => !leaving.value.has(id)));

  async function load(): Promise<void> {
    try {
      const read = await latest.run((signal) => client.projects.recent({}, { signal }));
      if (read === undefined) return;
      all.value = read;
      failure.value = null;
    } catch (error) {
      failure.value = (error as Error).message;
    }
    isLoaded.value = true;
  }

  /** Takes a project off the list; its folder stays. It can be undone for some seconds. */
  function forget(project: RecentProject): void {
    const { id, name } = project;
    const timer = setTimeout(() => void finish(id), UNDO_MS);
    leaving.value = new Map(leaving.value).set(id, timer);
    const close = notices.notify({
      level: 'info',
      title: `${name} was taken off the list`,
      unharmed: 'Its folder is as it was.',
      actions: [
        {
          label: 'Undo',
          run: () => {
            close();
            stay(id);
          },
        },
      ],
    });
  }

  function stay(id: string): void {
    clearTimeout(leaving.value.get(id));
    const next = new Map(leaving.value);
    next.delete(id);
    leaving.value = next;
  }

  async function finish(id: string): Promise<void> {
    try {
      await client.projects.forget({ params: { project: id } });
      all.value = all.value.filter((project) => project.id !== id);
    } catch (error) {
      notices.report(error, 'The project is still on the list');
    }
    stay(id);
  }

  on('projects', () => void load());
  on('project', () => void load());
  on('reset', () => void load());

  return { projects, isLoaded, failure, load, forget, stay };
});
