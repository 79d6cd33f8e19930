import { expect, it, vi } from 'vitest';

import type { PlacedSeed, SplitEditProposal } from '#engine/proofreading/proposeSplit.ts';

import { rememberSplit } from './rememberSplit.ts';

const seed = (x: number): PlacedSeed => ({ supervoxel: 1, voxel: [0, 0, x] });
const split = [[seed(1)], [seed(5)]];

it('the ways of a split are worked out once for a revision, and again for other seeds or another revision', async () => {
  let revision = 1;
  const work = vi.fn(() => Promise.resolve<SplitEditProposal[]>([]));
  const propose = rememberSplit(work, () => revision);
  const first = await propose(split);
  expect(await propose([[seed(1)], [seed(5)]])).toBe(first);
  expect(await propose([[seed(5)], [seed(1)]])).not.toBe(first);
  expect(await propose(split)).not.toBe(first);
  expect(work).toHaveBeenCalledTimes(3);
  revision = 2;
  await propose(split);
  expect(work).toHaveBeenCalledTimes(4);
});

it('what was worked out while the project changed is not kept, nor is what failed', async () => {
  let revision = 1;
  const work = vi.fn(() => Promise.resolve<SplitEditProposal[]>([]).finally(() => revision++));
  const propose = rememberSplit(work, () => revision);
  await propose(split);
  await propose(split);
  expect(work).toHaveBeenCalledTimes(2);
  const failing = rememberSplit(
    () => Promise.reject(new Error('no')),
    () => 1,
  );
  await expect(failing(split)).rejects.toThrow('no');
  await expect(failing(split)).rejects.toThrow('no');
});
