import { expect, it, vi } from 'vitest';

import type { EditRequest } from '#contract/routes/edits.ts';

import type { PreparedEdit } from './prepareEdit.ts';
import { rememberSplit } from './rememberSplit.ts';

const split = (alternative: number): EditRequest => ({ kind: 'split', seeds: [], alternative, place: null });

it('a split is worked out once for a revision, and again for another way or another revision', async () => {
  const work = vi.fn(() => Promise.resolve({} as PreparedEdit));
  const prepare = rememberSplit(work);
  const first = await prepare(split(0), () => 1);
  expect(await prepare(split(0), () => 1)).toBe(first);
  expect(await prepare(split(1), () => 1)).not.toBe(first);
  expect(await prepare(split(1), () => 2)).not.toBe(first);
  expect(work).toHaveBeenCalledTimes(3);
});

it('what was worked out while the project changed is not kept, nor is what failed', async () => {
  let revision = 1;
  const work = vi.fn(() => Promise.resolve(revision++ as unknown as PreparedEdit));
  const prepare = rememberSplit(work);
  await prepare(split(0), () => revision);
  await prepare(split(0), () => revision);
  expect(work).toHaveBeenCalledTimes(2);
  const failing = rememberSplit(() => Promise.reject(new Error('no')));
  await expect(failing(split(0), () => 1)).rejects.toThrow('no');
  await expect(failing(split(0), () => 1)).rejects.toThrow('no');
});
