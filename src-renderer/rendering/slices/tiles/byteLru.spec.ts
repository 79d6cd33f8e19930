import { describe, expect, it } from 'vitest';

import { createByteLru } from './byteLru.ts';

describe('createByteLru', () => {
  it('lets go of what was not used for longest, and frees it', () => {
    const freed: string[] = [];
    const cache = createByteLru<string>(100, (value) => freed.push(value));
    cache.set('a', 'A', 40);
    cache.set('b', 'B', 40);
    cache.get('a');
    cache.set('c', 'C', 40);
    expect(freed).toEqual(['B']);
    expect([cache.has('a'), cache.has('b'), cache.has('c'), cache.bytes, cache.count]).toEqual([
      true,
      false,
      true,
      80,
      2,
    ]);
  });

  it('does not count a look as use', () => {
    const cache = createByteLru<string>(80);
    cache.set('a', 'A', 40);
    cache.set('b', 'B', 40);
    expect(cache.peek('a')).toBe('A');
    cache.set('c', 'C', 40);
    expect(cache.has('a')).toBe(false);
  });

  it('replaces a value and its bytes', () => {
    const freed: string[] = [];
    const cache = createByteLru<string>(100, (value) => freed.push(value));
    cache.set('a', 'old', 90);
    cache.set('a', 'new', 20);
    expect([cache.peek('a'), cache.bytes, freed]).toEqual(['new', 20, ['old']]);
  });

  it('keeps the newest value even where it is larger than the budget', () => {
    const cache = createByteLru<string>(10);
    cache.set('a', 'A', 5);
    cache.set('b', 'B', 500);
    expect([cache.has('a'), cache.has('b')]).toEqual([false, true]);
  });

  it('frees everything when it is cleared', () => {
    const freed: string[] = [];
    const cache = createByteLru<string>(10, (value) => freed.push(value));
    cache.set('a', 'A', 5);
    cache.clear();
    expect([cache.bytes, cache.count, freed]).toEqual([0, 0, ['A']]);
  });
});
