import { onScopeDispose, ref, watchEffect } from 'vue';
import type { Ref } from 'vue';

import type { RecentProject } from '#contract/routes/projects.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';

/**
 * The picture of a project as an address for an image: fetched with the token, which an <img> cannot send, and released when it is no
 * longer shown. Null while there is none.
 */
export function useThumbnail(project: () => Pick<RecentProject, 'id' | 'hasThumbnail'>): Ref<string | null> {
  const { client } = useEngine();
  const address = ref<string | null>(null);

  function release(): void {
    if (address.value !== null) URL.revokeObjectURL(address.value);
    address.value = null;
  }

  watchEffect(async (onCleanup) => {
    const { id, hasThumbnail } = project();
    const controller = new AbortController();
    onCleanup(() => controller.abort());
    if (!hasThumbnail) return release();
    const bytes = await client.projects
      .thumbnail({ params: { project: id } }, { signal: controller.signal })
      // A project without a picture is as good as one with.
      .catch(() => null);
    if (controller.signal.aborted || bytes === null) return;
    release();
    address.value = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
  });
  onScopeDispose(release);
  return address;
}
