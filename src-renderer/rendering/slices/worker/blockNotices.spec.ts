import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { VoxelBlock } from '#contract/voxelBlock.ts';

import { createBlockNotices } from './blockNotices.ts';
import type { BlockNotices } from './blockNotices.ts';

const BLOCK: VoxelBlock = { type: 'uint8', depth: 1, rows: 1, columns: 1, voxels: new Uint8Array(1) };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('says many things at once, the newest of each tile, without being asked or when asked', () => {
  const said: BlockNotices[] = [];
  const notices = createBlockNotices((all) => said.push(all));
  notices.add('a', BLOCK);
  notices.add('b', BLOCK);
  notices.add('a', null);
  expect(said).toEqual([]);
  vi.runAllTimers();
  expect(said.map((all) => [...all])).toEqual([
    [
      ['a', null],
      ['b', BLOCK],
    ],
  ]);
  notices.add('c', BLOCK);
  notices.flush();
  notices.flush();
  vi.runAllTimers();
  expect(said.slice(1).map((all) => [...all])).toEqual([[['c', BLOCK]]]);
});
