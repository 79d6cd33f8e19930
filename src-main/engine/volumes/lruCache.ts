/** Values loaded on demand and kept, the least recently used dropped first, within a budget of bytes. */
export interface LruCache<T> {
  /** The value of `key`; loads it once, also where several ask at the same time. Failures are not kept. */
  get(key: string, load: () => Promise<T>): Promise<T>;
  /** Forgets a value, also one that is being loaded. */
  delete(key: string): void;
  clear(): void;
}

/**
 * @param maxBytes the budget; a value larger than it is handed out and not kept
 * @param sizeOf the bytes that a value occupies
 */
export function createLruCache<T>(maxBytes: number, sizeOf: (value: T) => number): LruCache<T> {
  // A Map lists its keys in the order of insertion: re-inserting on use makes the first the least recently used.
  const kept = new Map<string, T>();
  const loading = new Map<string, Promise<T>>();
  let bytes = 0;

  const drop = (key: string): void => {
    const value = kept.get(key);
    if (value === undefined) return;
    bytes -= sizeOf(value);
    kept.delete(key);
  };
  const keep = (key: string, value: T): void => {
    drop(key);
    bytes += sizeOf(value);
    kept.set(key, value);
    for (const oldest of kept.keys()) {
      if (bytes <= maxBytes) break;
      drop(oldest);
    }
  };

  return {
    async get(key, load) {
      const hit = kept.get(key);
      if (hit !== undefined) {
        kept.delete(key);
        kept.set(key, hit);
        return hit;
      }
      const pending = loading.get(key);
      if (pending !== undefined) return pending;
      const started = load();
      loading.set(key, started);
      try {
        const value = await started;
        // A deletion meanwhile means that the value is out of date.
        if (loading.get(key) === started) keep(key, value);
        return value;
      } finally {
        if (loading.get(key) === started) loading.delete(key);
      }
    },
    delete(key) {
      drop(key);
      loading.delete(key);
    },
    clear() {
      kept.clear();
      loading.clear();
      bytes = 0;
    },
  };
}
