import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';

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
  const said = shallowRef<Preferences>({ ...preferencesSchema.parse({}), ...recallAppearance() });
  /** Changes that the engine has not kept yet, oldest first. */
  const asked = shallowRef<readonly Partial<Preferences>[]>([]);
  /** What the engine said last, with what was changed here since. */
  const values = computed<Preferences>(() => Object.assign({}, said.value, ...asked.value));
  /** True once the engine has said them. */
  const isKnown = ref(false);
  const isDialogOpen = ref(false);
  const isSystemDark = ref(systemIsDark());
  const theme = computed(() => shownTheme(values.value.theme, isSystemDark.value));

  /** Rises with everything that the engine says, so that an answer to an older question is dropped. */
  let heard = 0;
  let last: Promise<void> = Promise.resolve();

  function take(next: Preferences): void {
    heard++;
    said.value = next;
    isKnown.value = true;
  }

  async function load(): Promise<void> {
    const before = heard;
    const answer = await client.system.preferences();
    if (heard === before) take(answer);
  }

  /** Changes some values: at once on the screen, then in the engine, one change after the other; a refusal takes its own back. */
  function change(changed: Partial<Preferences>): Promise<void> {
    asked.value = [...asked.value, changed];
    return (last = last.then(() => keep(changed)));
  }

  async function keep(changed: Partial<Preferences>): Promise<void> {
    try {
      take(await client.system.setPreferences({ body: changed }));
    } catch (error) {
      notices.report(error, 'The preference was not kept', { unharmed: 'It is as it was before.' });
    }
    asked.value = asked.value.filter((other) => other !== changed);
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
