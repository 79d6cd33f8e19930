import { expect, it } from 'vitest';

import type { Zyx } from '#domain/geometry.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';
import { BASE_BYTES } from '#engine/inference/memoryModel.ts';

import { segmentationBytes } from './segmentationMemory.ts';

const MiB = 2 ** 20;
const of = (method: SupervoxelMethod, shape: Zyx, score: 'mean' | 'multicut' = 'mean') =>
  BASE_BYTES + segmentationBytes({ method, score, shape, affinityBytes: 3, edge: 128, threads: 2 });

it.each<[SupervoxelMethod, Zyx, 'mean' | 'multicut', number]>([
  ['watershed', [20, 512, 1024], 'mean', 387],
  ['distance-transform-2d', [20, 1024, 1024], 'mean', 454],
  ['distance-transform-2d', [20, 1024, 1024], 'multicut', 449],
  ['distance-transform-2d', [8, 1024, 1024], 'mean', 429],
  ['distance-transform-3d', [20, 512, 512], 'mean', 326],
])('foretells for %s of %s, %s, no less than the %d MiB that were measured, and no more than twice', (...measured) => {
  const [method, shape, score, peak] = measured;
  expect(of(method, shape, score)).toBeGreaterThan(peak * MiB);
  expect(of(method, shape, score)).toBeLessThan(2 * peak * MiB);
});

it('grows with a slice that is flooded as a whole, and with the graph, not with the blocks of a deep volume', () => {
  expect(of('distance-transform-2d', [64, 2048, 2048])).toBeGreaterThan(of('watershed', [64, 2048, 2048]));
  const [shallow, deep] = [
    of('distance-transform-2d', [100, 1024, 1024]),
    of('distance-transform-2d', [1000, 1024, 1024]),
  ];
  const edges = (3000 * 900 * 1024 * 1024) / 1e6;
  expect(deep - shallow).toBeCloseTo(125 * edges, -3);
  expect(of('watershed', [100, 512, 512], 'multicut')).toBeGreaterThan(of('watershed', [100, 512, 512]));
});
