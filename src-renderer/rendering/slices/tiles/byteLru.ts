/** Values up to a number of bytes; the ones not used for longest make room. */
export interface ByteLru<Value> {
  /** The value, which counts as used now. */
  get(key: string): Value | undefined;
  /** The value, without using it. */
  peek(key: string): Value | undefined;
  has(key: string): boolean;
  set(key: string, value: Value, bytes: number): void;
  delete(key: string): void;
  keys(): string[];
  clear(): void;
  readonly bytes: number;
  readonly count: number;
}

/**
 * A cache with a budget. The value set last is kept even where it alone is larger than the budget.
 *
 * @param onEvict called for every value that leaves, so that what it holds is freed; also for one that is replaced
 */
export function createByteLru<Value>(
  budgetBytes: number,
  onEvict: (value: Value, key: string) => void = () => {},
): ByteLru<Value> {
  // A Map keeps the order of insertion, so its first key is the one used longest ago.
  const entries = new Map<string, { value: Value; bytes: number }>();
  let bytes = 0;

  const remove = (key: string): void => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    bytes -= entry.bytes;
    onEvict(entry.value, key);
  };

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    peek: (key) => entries.get(key)?.value,
    has: (key) => entries.has(key),
    set(key, value, size) {
      remove(key);
      entries.set(key, { value, bytes: size });
      bytes += size;
      for (const oldest of entries.keys()) {
        if (bytes <= budgetBytes || oldest === key) break;
        remove(oldest);
      }
    },
    delete: remove,
    keys: () => [...entries.keys()],
    clear() {
      for (const key of [...entries.keys()]) remove(key);
    },
    get bytes() {
      return bytes;
    },
    get count() {
      return entries.size;
    },
  };
}
