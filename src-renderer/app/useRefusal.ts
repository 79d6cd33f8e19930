import { ref, watch } from 'vue';
import type { Ref } from 'vue';

import { ApiError } from '#contract/client.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';

/**
 * Whether the engine refuses this page: it was started again and has another token. Asked for each time the connection is lost,
 * for a refused page would try for ever.
 */
export function useRefusal(): Readonly<Ref<boolean>> {
  const { client, link } = useEngine();
  const isRefused = ref(false);
  watch(
    link,
    async (state) => {
      if (state !== 'lost') return;
      const error = await client.system.info().then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error instanceof ApiError && error.kind === 'unauthorised') isRefused.value = true;
    },
    { immediate: true },
  );
  return isRefused;
}
