import { describe, expect, it, vi } from 'vitest';

import { createLruCache } from './lruCache.ts';

const cacheOf = (bytes: number) => createLruCache<Uint8Array>(bytes, (value) => value.byteLength);
const loader = (bytes: number) => vi.fn(async () => new Uint8Array(bytes));

describe('createLruCache', () => {
  it('drops the least recently used value when the budget is exceeded', async () => {
    const cache = cacheOf(20);
    await cache.get('a', loader(10));
    await cache.get('b', loader(10));
    await cache.get('a', loader(10));
    await cache.get('c', loader(10));
    const [a, b] = [loader(10), loader(10)];
    await cache.get('a', a);
    await cache.get('b', b);
    expect(a).not.toHaveBeenCalled();
    expect(b).toHaveBeenCalledOnce();
  });

  it('hands out a value that exceeds the budget without keeping it', async () => {
    const cache = cacheOf(5);
    const load = loader(10);
    expect(await cache.get('a', load)).toHaveLength(10);
    await cache.get('a', load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('loads once for all that ask at the same time', async () => {
    const cache = cacheOf(20);
    const load = loader(10);
    const [a, b] = await Promise.all([cache.get('a', load), cache.get('a', load)]);
    expect(a).toBe(b);
    expect(load).toHaveBeenCalledOnce();
  });

  it('does not keep failures', async () => {
    const cache = cacheOf(20);
    await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await cache.get('a', loader(3))).toHaveLength(3);
  });

  it('forgets a value that was deleted while it was being loaded', async () => {
    const cache = cacheOf(20);
    const stale = cache.get('a', loader(1));
    cache.delete('a');
    expect(await cache.get('a', loader(2))).toHaveLength(2);
    await stale;
    expect(await cache.get('a', loader(3))).toHaveLength(2);
  });
});
