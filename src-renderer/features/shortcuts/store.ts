import { defineStore } from 'pinia';
import { ref } from 'vue';

import { useDialogText } from '#renderer/ui/useDialogText.ts';

const STORED = 'fascicle.recent-commands';
const MOST_RECENT = 6;

/** Palette and shortcut sheet: whether they are open, what is looked for, and what was used last. */
export const useShortcutStore = defineStore('shortcuts', () => {
  const isPaletteOpen = ref(false);
  const { text: query, takeKeys } = useDialogText(isPaletteOpen);
  const isSheetOpen = ref(false);
  const recent = ref<readonly string[]>(localStorage.getItem(STORED)?.split(' ').filter(Boolean) ?? []);

  /** What is run from keys is no help in the palette; what is chosen there is. */
  function remember(id: string): void {
    recent.value = [id, ...recent.value.filter((other) => other !== id)].slice(0, MOST_RECENT);
    localStorage.setItem(STORED, recent.value.join(' '));
  }

  return { isPaletteOpen, isSheetOpen, query, recent, remember, takeKeys };
});
