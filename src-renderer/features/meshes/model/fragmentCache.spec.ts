import { expect, it } from 'vitest';

import type { MeshFragment } from '#contract/meshFragments.ts';

import { createFragmentCache } from './fragmentCache.ts';

const fragment = (supervoxel: number, vertices: number): MeshFragment => ({
  supervoxel,
  level: 0,
  block: [0, 0, 0],
  originNm: [0, 0, 0],
  unitNm: [1, 1, 1],
  positions: new Uint16Array(3 * vertices),
  normals: new Int8Array(2 * vertices),
  indices: new Uint16Array(3),
});

it('tells a supervoxel without a surface from one that was never fetched', () => {
  const cache = createFragmentCache(1e6);
  cache.put(7, 2, []);
  expect(cache.get(7, 2)).toEqual([]);
  expect(cache.get(7, 1)).toBe(null);
});

it('stays within its budget by dropping what was not used for longest', () => {
  const cache = createFragmentCache(5000);
  cache.put(1, 0, [fragment(1, 200)]);
  cache.put(2, 0, [fragment(2, 200)]);
  cache.get(1, 0);
  cache.put(3, 0, [fragment(3, 200)]);
  expect(cache.bytes).toBeLessThanOrEqual(5000);
  expect(cache.get(2, 0)).toBe(null);
  expect(cache.get(1, 0)).not.toBe(null);
});

it('forgets every level of a supervoxel that changed, and no other', () => {
  const cache = createFragmentCache(1e6);
  for (const supervoxel of [1, 11]) for (const level of [0, 1]) cache.put(supervoxel, level, [fragment(supervoxel, 3)]);
  cache.forget([1]);
  expect([cache.get(1, 0), cache.get(1, 1)]).toEqual([null, null]);
  expect(cache.get(11, 0)).toHaveLength(1);
  cache.forget();
  expect(cache.bytes).toBe(0);
});
