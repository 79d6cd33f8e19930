import { defineStore } from 'pinia';
import { computed, ref } from 'vue';

import { usePreferencesStore } from '#renderer/features/preferences/index.ts';

import { frameLayout } from './frameLayout.ts';

/** Panes of the workspace and dialogs of the program: what is open. */
export const useFrameStore = defineStore('frame', () => {
  const preferences = usePreferencesStore();
  const windowWidth = ref(window.innerWidth);
  window.addEventListener('resize', () => (windowWidth.value = window.innerWidth));

  const layout = computed(() => frameLayout(windowWidth.value / preferences.values.scale));
  /** A pane that is in its place; hidden by the user. */
  const leftIsHidden = ref(false);
  const rightIsHidden = ref(false);
  /** A pane that is a drawer; opened by the user. */
  const leftDrawerIsOpen = ref(false);
  const rightDrawerIsOpen = ref(false);
  const leftIsShown = computed(() => (layout.value.leftIsDrawer ? leftDrawerIsOpen.value : !leftIsHidden.value));
  const rightIsShown = computed(() => (layout.value.rightIsDrawer ? rightDrawerIsOpen.value : !rightIsHidden.value));
  const hasOpenDrawer = computed(
    () =>
      (layout.value.leftIsDrawer && leftDrawerIsOpen.value) || (layout.value.rightIsDrawer && rightDrawerIsOpen.value),
  );
  const isAboutOpen = ref(false);

  function toggleLeft(): void {
    if (layout.value.leftIsDrawer) leftDrawerIsOpen.value = !leftDrawerIsOpen.value;
    else leftIsHidden.value = !leftIsHidden.value;
  }
  function toggleRight(): void {
    if (layout.value.rightIsDrawer) rightDrawerIsOpen.value = !rightDrawerIsOpen.value;
    else rightIsHidden.value = !rightIsHidden.value;
  }
  /** Closes what lies over the views. */
  function closeDrawers(): void {
    leftDrawerIsOpen.value = false;
    rightDrawerIsOpen.value = false;
  }

  return {
    layout,
    leftIsShown,
    rightIsShown,
    hasOpenDrawer,
    isAboutOpen,
    toggleLeft,
    toggleRight,
    closeDrawers,
  };
});
