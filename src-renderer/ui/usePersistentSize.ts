import { computed, ref, toValue, watch } from 'vue';
import type { MaybeRefOrGetter, Ref } from 'vue';

/**
 * A size that this browser remembers.
 *
 * @param name what is sized, e.g. 'left'
 * @param owner for whom, e.g. the id of a project; another owner brings its own size
 */
export function usePersistentSize(
  name: string,
  initial: number,
  owner: MaybeRefOrGetter<string | null> = null,
): Ref<number> {
  const key = computed(() => `fascicle.size.${toValue(owner) ?? 'window'}.${name}`);
  const read = (): number => {
    const stored = Number(localStorage.getItem(key.value) ?? Number.NaN);
    return Number.isFinite(stored) ? stored : initial;
  };
  const size = ref(read());
  watch(key, () => (size.value = read()));
  watch(size, (value) => {
    if (value === initial) localStorage.removeItem(key.value);
    else localStorage.setItem(key.value, String(value));
  });
  return size;
}
