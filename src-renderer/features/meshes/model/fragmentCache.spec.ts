import fc from 'fast-check';
import { expect, it } from 'vitest';

import type { MeshFragment } from '#contract/meshFragments.ts';

import { createFragmentCache, nameOfSet } from './fragmentCache.ts';

const fragment = (vertices: number): MeshFragment => ({
  supervoxel: 1,
  level: 0,
  block: [0, 0, 0],
  originNm: [0, 0, 0],
  unitNm: [1, 1, 1],
  positions: new Uint16Array(3 * vertices),
  normals: new Int8Array(2 * vertices),
  indices: new Uint16Array(3),
});

it('tells a set without a surface from one that was never fetched', () => {
  const cache = createFragmentCache(1e6);
  cache.put('a', []);
  expect(cache.get('a')).toEqual([]);
  expect(cache.get('b')).toBe(null);
});

it('stays within its budget by dropping what was not used for longest', () => {
  const cache = createFragmentCache(5000);
  cache.put('a', [fragment(200)]);
  cache.put('b', [fragment(200)]);
  cache.get('a');
  cache.put('c', [fragment(200)]);
  expect(cache.bytes).toBeLessThanOrEqual(5000);
  expect(cache.get('b')).toBe(null);
  expect(cache.get('a')).not.toBe(null);
  cache.clear();
  expect(cache.bytes).toBe(0);
});

it('names sets that differ in any way differently', () => {
  const set = fc.uniqueArray(fc.integer({ min: 1, max: 0xffffffff }), { maxLength: 20 });
  fc.assert(
    fc.property(set, set, (a, b) => {
      const isSame = JSON.stringify(a) === JSON.stringify(b);
      expect(nameOfSet(Uint32Array.from(a)) === nameOfSet(Uint32Array.from(b))).toBe(isSame);
    }),
  );
});
