import { defineStore } from 'pinia';
import { shallowRef } from 'vue';

import type { SystemInfo } from '#contract/routes/system.ts';
import { createLatest } from '#renderer/engine/latest.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';

/** The machine that the engine runs on, as last read: providers, memory, disk. */
export const useMachineStore = defineStore('machine', () => {
  const { client, on } = useEngine();
  const info = shallowRef<SystemInfo | null>(null);
  const latest = createLatest();

  /** Reads it again; what was read stays where the engine does not answer. */
  async function refresh(): Promise<void> {
    const read = await latest.run((signal) => client.system.info({}, { signal })).catch(() => undefined);
    if (read !== undefined) info.value = read;
  }

  on('reset', () => void refresh());
  on('preferences', () => void refresh());
  return { info, refresh };
});
