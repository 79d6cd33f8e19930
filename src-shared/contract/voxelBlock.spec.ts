import fc from 'fast-check';
import { expect, it } from 'vitest';

import { BLOCK_TYPES, decodeVoxelBlock, encodeVoxelBlock } from './voxelBlock.ts';

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array };
const extent = fc.integer({ min: 0, max: 5 });

it('gives back every block that was encoded, for all types and shapes', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...BLOCK_TYPES),
      extent,
      extent,
      extent,
      fc.nat(),
      (type, depth, rows, columns, seed) => {
        const voxels = new ARRAYS[type](depth * rows * columns).map((_: number, i: number) => seed + i);
        const block = { type, depth, rows, columns, voxels };
        expect(decodeVoxelBlock(encodeVoxelBlock(block))).toEqual(block);
      },
    ),
  );
});

it('refuses bytes that are cut short or are something else', () => {
  const bytes = encodeVoxelBlock({ type: 'uint32', depth: 1, rows: 2, columns: 2, voxels: Uint32Array.of(1, 2, 3, 4) });
  expect(() => decodeVoxelBlock(bytes.slice(0, -1))).toThrow('cut short');
  expect(() => decodeVoxelBlock(new Uint8Array(40))).toThrow('no block of voxels');
});
