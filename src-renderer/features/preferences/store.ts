import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';

import type { Preferences } from '#contract/routes/system.ts';
import { preferencesSchema } from '#contract/routes/system.ts';
import { setKeySettings } from '#renderer/commands/index.ts';
import { useEngine } from '#renderer/engine/useEngine.ts';
import { useNoticeStore } from '#renderer/features/notices/index.ts';

import { applyAppearance, recallAppearance, rememberAppearance, shownTheme, systemIsDark } from './model/appearance.ts';

/** What the user prefers on this machine; the engine keeps it, every window follows it. */
export const usePreferencesStore = defineStore('preferences', () => {
  const { client, on } = useEngine();
  const notices = useNoticeStore();
  const values = ref<Preferences>({ ...preferencesSchema.parse({}), ...recallAppearance() });
  /** True once the engine has said them. */
  const isKnown = ref(false);
  const isDialogOpen = ref(false);
  const isSystemDark = ref(systemIsDark());
  const theme = computed(() => shownTheme(values.value.theme, isSystemDark.value));

  function take(next: Preferences): void {
    values.value = next;
    isKnown.value = true;
  }

  async function load(): Promise<void> {
    take(await client.system.preferences());
  }

  /** Changes some values: at once on the screen, then in the engine; a refusal puts them back. */
  async function change(changed: Partial<Preferences>): Promise<void> {
    const before = values.value;
    values.value = { ...before, ...changed };
    try {
      take(await client.system.setPreferences({ body: changed }));
    } catch (error) {
      values.value = before;
      notices.report(error, 'The preference was not kept', { unharmed: 'It is as it was before.' });
    }
  }

  function toggleTheme(): Promise<void> {
    return change({ theme: theme.value === 'dark' ? 'light' : 'dark' });
  }

  watch(
    values,
    ({ theme, scale, keymap, keys }) => {
      applyAppearance({ theme, scale });
      rememberAppearance({ theme, scale });
      setKeySettings(keymap, keys);
    },
    { immediate: true },
  );
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
    isSystemDark.value = event.matches;
    applyAppearance(values.value);
  });
  on('preferences', ({ preferences }) => take(preferences));
  on('reset', () => void load().catch(() => undefined));

  return { values, isKnown, isDialogOpen, theme, load, change, toggleTheme };
});
