import { onBeforeUnmount, onMounted, shallowRef, watch } from 'vue';
import type { Ref } from 'vue';

import { useEngine } from '#renderer/engine/useEngine.ts';

const EVERY_MS = 5000;

/** Memory of the engine and its budget in bytes, asked for while somebody can see it; null before the first answer. */
export function useMemory(): Readonly<Ref<{ used: number; budget: number } | null>> {
  const { client, link } = useEngine();
  const memory = shallowRef<{ used: number; budget: number } | null>(null);

  async function ask(): Promise<void> {
    if (document.hidden || link.value !== 'connected') return;
    // A failure shows as a lost connection; the figure of before stays.
    const info = await client.system.info().catch(() => null);
    if (info !== null) memory.value = { used: info.memoryUsedBytes, budget: info.memoryBudgetBytes };
  }

  let timer: ReturnType<typeof setInterval> | undefined;
  onMounted(() => {
    void ask();
    timer = setInterval(() => void ask(), EVERY_MS);
  });
  watch(link, () => void ask());
  onBeforeUnmount(() => clearInterval(timer));
  return memory;
}
