import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { Ref } from 'vue';

import { useRemembered } from './useRemembered.ts';

const useSizeStore = defineStore('sizes', () => {
  const sizes = ref<Readonly<Record<string, number>>>({});
  useRemembered(
    'sizes',
    () => sizes.value,
    (left) => (sizes.value = left ?? {}),
  );
  return { sizes };
});

/**
 * A size that is remembered with the project.
 *
 * @param name what is sized, e.g. 'left'
 * @param initial is not stored: who did not choose a size gets that of the program
 */
export function useRememberedSize(name: string, initial: number): Ref<number> {
  const store = useSizeStore();
  return computed({
    get: () => store.sizes[name] ?? initial,
    set(size) {
      const { [name]: _, ...others } = store.sizes;
      store.sizes = size === initial ? others : { ...others, [name]: size };
    },
  });
}
