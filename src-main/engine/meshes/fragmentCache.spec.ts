import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openFragmentCache } from './fragmentCache.ts';
import type { FragmentCache, FragmentCacheOptions } from './fragmentCache.ts';

let folder: string;
let path: string;
let cache: FragmentCache;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fascicle-fragments-'));
  path = join(folder, 'meshes', 'fragments.sqlite');
});
afterEach(() => {
  cache.close();
  rmSync(folder, { recursive: true });
});

/** Without memory, so that what is found was on disk. */
function open(options: Partial<FragmentCacheOptions> = {}): FragmentCache {
  cache = openFragmentCache({ path, makers: 'a', diskBytes: 1e9, memoryBytes: 0, ...options });
  return cache;
}

const BLOCK = { level: 1, block: 7 };
const key = (supervoxel: number, version = 1) => ({ supervoxel, version });
const found = (keys = [key(1), key(2), key(3)]) => cache.get(BLOCK, keys).map((bytes) => bytes && [...bytes]);

function fill(): void {
  cache.put(BLOCK, [
    [key(1), Uint8Array.of(1, 2, 3)],
    [key(2), new Uint8Array(0)],
  ]);
}

describe('openFragmentCache', () => {
  it('keeps fragments over closing, and that there is none', () => {
    open();
    fill();
    cache.close();
    open();
    expect(found()).toEqual([[1, 2, 3], [], undefined]);
    expect(cache.get({ level: 0, block: 7 }, [key(1)])).toEqual([undefined]);
  });

  it('finds the same one by one and many at a time', () => {
    open();
    const keys = Array.from({ length: 100 }, (_, i) => key(3 * i));
    cache.put(
      BLOCK,
      keys.filter((_, i) => i % 2 === 0).map((entry) => [entry, Uint8Array.of(entry.supervoxel % 256)]),
    );
    expect(found(keys)).toEqual(keys.map((entry) => found([entry])[0]));
    expect(found(keys).filter((bytes) => bytes !== undefined)).toHaveLength(50);
  });

  it('has nothing for another version, and forgets the old one when the new one comes', () => {
    open();
    fill();
    expect(found([key(1, 2)])).toEqual([undefined]);
    cache.put(BLOCK, [[key(1, 2), Uint8Array.of(9)]]);
    expect(found([key(1, 2)])).toEqual([[9]]);
    expect(found([key(1, 1)])).toEqual([undefined]);
  });

  it('begins anew when the makers have changed', () => {
    open();
    fill();
    cache.close();
    open({ makers: 'b' });
    expect(found()).toEqual([undefined, undefined, undefined]);
  });

  it('takes a damaged fragment for none', () => {
    open();
    fill();
    const database = new Database(path);
    database.prepare("UPDATE fragments SET data = x'010204' WHERE supervoxel = 1").run();
    database.close();
    expect(found()).toEqual([undefined, [], undefined]);
  });

  it.each([
    ['a damaged file', () => writeFileSync(path, Buffer.alloc(8192, 0x5a))],
    ['a file of something else', () => writeFileSync(path, 'not a database')],
    ['an empty file', () => writeFileSync(path, '')],
  ])('replaces %s', (_, damage) => {
    mkdirSync(join(folder, 'meshes'));
    damage();
    open();
    expect(found()).toEqual([undefined, undefined, undefined]);
    fill();
    expect(found()).toEqual([[1, 2, 3], [], undefined]);
  });

  it('goes without a disk where there is none to write to', () => {
    writeFileSync(join(folder, 'meshes'), 'a file where the folder should be');
    open({ memoryBytes: 1e6 });
    fill();
    expect(found()).toEqual([[1, 2, 3], [], undefined]);
  });

  it('stays within its bytes on disk, dropping the oldest', () => {
    open({ diskBytes: 2 ** 20 });
    for (let block = 0; block < 40; block++)
      cache.put(
        { level: 0, block },
        Array.from({ length: 200 }, (_, i) => [key(i), new Uint8Array(1000).fill(block)]),
      );
    cache.close();
    expect(statSync(path).size).toBeLessThan(3 * 2 ** 20);
    open();
    expect(cache.get({ level: 0, block: 0 }, [key(0)])).toEqual([undefined]);
  });

  it('stays within its bytes in memory, dropping what was used longest ago', () => {
    open({ path: null, memoryBytes: 3 * (1000 + 200) });
    const put = (supervoxel: number) => cache.put(BLOCK, [[key(supervoxel), new Uint8Array(1000)]]);
    [1, 2, 3].forEach(put);
    found([key(1)]);
    put(4);
    expect(found([key(1), key(2), key(3), key(4)]).map((bytes) => bytes?.length)).toEqual([
      1000,
      undefined,
      1000,
      1000,
    ]);
  });
});
