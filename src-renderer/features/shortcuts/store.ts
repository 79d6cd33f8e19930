import { defineStore } from 'pinia';
import { ref, watch } from 'vue';

import { typeAhead } from './model/typeAhead.ts';

const STORED = 'fascicle.recent-commands';
const MOST_RECENT = 6;

/** Palette and shortcut sheet: whether they are open, what is looked for, and what was used last. */
export const useShortcutStore = defineStore('shortcuts', () => {
  const isPaletteOpen = ref(false);
  /** What is written in the palette, also before the palette is there. */
  const query = ref('');
  /** Enter was pressed before the palette was there. */
  const isEnterDue = ref(false);
  const isSheetOpen = ref(false);
  const recent = ref<readonly string[]>(localStorage.getItem(STORED)?.split(' ').filter(Boolean) ?? []);

  let endTypeAhead = (): void => undefined;
  watch(
    isPaletteOpen,
    (isOpen) => {
      endTypeAhead();
      query.value = '';
      isEnterDue.value = false;
      if (isOpen)
        endTypeAhead = typeAhead({
          edit: (change) => (query.value = change(query.value)),
          enter: () => (isEnterDue.value = true),
          cancel: () => (isPaletteOpen.value = false),
        });
    },
    // The very next key is for the palette.
    { flush: 'sync' },
  );

  /** The palette has the focus: keys reach it by themselves. @returns whether Enter was pressed before */
  function takeKeys(): boolean {
    endTypeAhead();
    const wasEntered = isEnterDue.value;
    isEnterDue.value = false;
    return wasEntered;
  }

  /** What is run from keys is no help in the palette; what is chosen there is. */
  function remember(id: string): void {
    recent.value = [id, ...recent.value.filter((other) => other !== id)].slice(0, MOST_RECENT);
    localStorage.setItem(STORED, recent.value.join(' '));
  }

  return { isPaletteOpen, isSheetOpen, query, recent, remember, takeKeys };
});
