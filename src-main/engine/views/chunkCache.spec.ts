import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { createChunkCache } from './chunkCache.ts';
import type { Chunk } from './voxelSource.ts';

/** Loads that end when they are told to. */
function controlledLoads() {
  const started: string[] = [];
  const aborted: string[] = [];
  const ends = new Map<string, (chunk: Chunk) => void>();
  const load = (key: string) => (signal: AbortSignal) => {
    started.push(key);
    signal.addEventListener('abort', () => aborted.push(key));
    return new Promise<Chunk>((resolve) => ends.set(key, resolve));
  };
  return {
    started,
    aborted,
    load,
    end: (key: string, bytes = 10) => ends.get(key)!({ voxels: new Uint8Array(bytes) }),
  };
}

describe('createChunkCache', () => {
  it('loads once what several ask for, and keeps it', async () => {
    const cache = createChunkCache({ maxBytes: 100, concurrency: 2 });
    const { started, load, end } = controlledLoads();
    const both = [cache.get('a', load('a')), cache.get('a', load('a'))];
    end('a');
    const [first, second] = await Promise.all(both);
    expect(first).toBe(second);
    expect(cache.get('a', load('a'))).toBe(first);
    expect(started).toEqual(['a']);
  });

  it('drops what was used longest ago when the budget is full', async () => {
    const cache = createChunkCache({ maxBytes: 25, concurrency: 1 });
    const load = async (): Promise<Chunk> => ({ voxels: new Uint8Array(10) });
    await cache.get('a', load);
    await cache.get('b', load);
    await cache.get('a', load);
    await cache.get('c', load);
    expect(cache.get('a', load)).not.toBeInstanceOf(Promise);
    expect(cache.get('b', load)).toBeInstanceOf(Promise);
    expect(cache.usage.keptBytes).toBeLessThanOrEqual(25);
  });

  it('keeps coarse chunks apart, whatever comes of fine ones', async () => {
    const cache = createChunkCache({ maxBytes: 25, coarseBytes: 15, concurrency: 1 });
    const load = async (): Promise<Chunk> => ({ voxels: new Uint8Array(10) });
    await cache.get('small', load, { tier: 'coarse' });
    for (const key of ['a', 'b', 'c', 'd']) await cache.get(key, load);
    expect(cache.get('small', load, { tier: 'coarse' })).not.toBeInstanceOf(Promise);
    expect(cache.usage.keptBytes).toBe(30);
    await cache.get('other', load, { tier: 'coarse' });
    expect(cache.usage.keptBytes).toBe(30);
    cache.forget('');
    expect(cache.usage.keptBytes).toBe(0);
  });

  it('frees what it drops, once those who asked for it have had their turn, and not what is held', async () => {
    const cache = createChunkCache({ maxBytes: 0, concurrency: 3 });
    const load = async (): Promise<Chunk> => ({ voxels: new Uint8Array(2 ** 16).fill(7) });
    const lengths: number[] = [];
    const look = (chunk: Chunk) => (lengths.push('voxels' in chunk ? chunk.voxels.length : 0), chunk);
    const taken = Promise.resolve(cache.get('taken', load)).then(look);
    const both = [cache.get('held', load), cache.get('held', load, { isHeld: true })];
    const [given, ...held] = await Promise.all([taken, ...both]);
    await nextTurn();
    expect(lengths).toEqual([2 ** 16]);
    expect(given).toHaveProperty('voxels.length', 0);
    for (const chunk of held) expect(chunk).toHaveProperty('voxels.length', 2 ** 16);
  });

  it('hands out and does not keep what is larger than the budget', async () => {
    const cache = createChunkCache({ maxBytes: 5, concurrency: 1 });
    expect(await cache.get('a', async () => ({ voxels: new Uint8Array(10) }))).toEqual({ voxels: new Uint8Array(10) });
    expect(cache.usage.keptBytes).toBe(0);
  });

  it('takes aborted requests out of the queue before they begin', async () => {
    const cache = createChunkCache({ maxBytes: 100, concurrency: 1 });
    const { started, load, end } = controlledLoads();
    const first = cache.get('first', load('first'));
    const abort = new AbortController();
    const stale = cache.get('stale', load('stale'), { signal: abort.signal });
    const next = cache.get('next', load('next'));
    abort.abort();
    await expect(stale).rejects.toMatchObject({ kind: 'cancelled' });
    end('first');
    await first;
    await nextTurn();
    end('next');
    await next;
    expect(started).toEqual(['first', 'next']);
  });

  it('goes on with a load for those who still wait, and aborts it with the last of them', async () => {
    const cache = createChunkCache({ maxBytes: 100, concurrency: 1 });
    const { aborted, load, end } = controlledLoads();
    const [one, two] = [new AbortController(), new AbortController()];
    const given = cache.get('a', load('a'), { signal: one.signal });
    const kept = cache.get('a', load('a'), { signal: two.signal });
    one.abort();
    await expect(given).rejects.toMatchObject({ kind: 'cancelled' });
    expect(aborted).toEqual([]);
    end('a');
    expect(await kept).toHaveProperty('voxels');
    const last = new AbortController();
    const given2 = cache.get('b', load('b'), { signal: last.signal });
    last.abort();
    await expect(given2).rejects.toMatchObject({ kind: 'cancelled' });
    expect(aborted).toEqual(['b']);
  });

  it('loads anew after a load was given up, even while the old one is still ending', async () => {
    const cache = createChunkCache({ maxBytes: 100, concurrency: 2 });
    const { started, load, end } = controlledLoads();
    const abort = new AbortController();
    const given = cache.get('a', load('a'), { signal: abort.signal });
    abort.abort();
    await expect(given).rejects.toMatchObject({ kind: 'cancelled' });
    const again = cache.get('a', load('a'));
    expect(started).toEqual(['a', 'a']);
    end('a');
    await again;
  });

  it('does not keep failures, and frees their place', async () => {
    const cache = createChunkCache({ maxBytes: 100, concurrency: 1 });
    await expect(cache.get('a', () => Promise.reject(new Error('disk on fire')))).rejects.toThrow('fire');
    await nextTurn();
    expect(await cache.get('a', async () => ({ uniform: 7 }))).toEqual({ uniform: 7 });
  });

  it('forgets a layer, also what is still being loaded of it', async () => {
    const cache = createChunkCache({ maxBytes: 100, concurrency: 2 });
    const { load, end } = controlledLoads();
    await cache.get('raw/0', async () => ({ uniform: 1 }));
    const loading = cache.get('raw/1', load('raw/1'));
    cache.forget('raw/');
    end('raw/1');
    await loading;
    expect(cache.usage.keptBytes).toBe(0);
    expect(cache.get('raw/0', load('raw/0'))).toBeInstanceOf(Promise);
  });
});
