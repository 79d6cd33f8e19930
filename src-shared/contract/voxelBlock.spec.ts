import fc from 'fast-check';
import { expect, it } from 'vitest';

import { BLOCK_TYPES, decodeVoxelBlock, encodeVoxelBlock, PACKINGS } from './voxelBlock.ts';

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
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(...PACKINGS),
      (type, depth, rows, columns, seed, run, packing) => {
        const voxels = new ARRAYS[type](depth * rows * columns).map(
          (_: number, i: number) => seed + Math.floor(i / run),
        );
        const block = { type, depth, rows, columns, voxels };
        const bytes = encodeVoxelBlock(block, packing);
        expect(decodeVoxelBlock(bytes)).toEqual(block);
        const memory = new SharedArrayBuffer(voxels.byteLength);
        const placed = decodeVoxelBlock(bytes, () => memory);
        expect(placed.voxels.buffer).toBe(memory);
        expect([...placed.voxels]).toEqual([...voxels]);
      },
    ),
  );
});

it('sends ids as runs where these are smaller, over the whole range of ids', () => {
  const ids = Uint32Array.of(
    0,
    4_294_967_295,
    4_294_967_295,
    4_294_967_295,
    2_147_483_648,
    16_777_217,
    16_777_217,
    16_777_217,
  );
  const block = { type: 'uint32', depth: 1, rows: 2, columns: 4, voxels: ids } as const;
  expect(encodeVoxelBlock(block, 'runs')).toHaveLength(24 + 8 * 4);
  const long = { ...block, rows: 1, columns: 1000, voxels: new Uint32Array(1000).fill(4_294_967_295) };
  expect(encodeVoxelBlock(long, 'runs')).toHaveLength(24 + 8);
  expect(decodeVoxelBlock(encodeVoxelBlock(long, 'runs'))).toEqual(long);
  const different = { ...block, voxels: Uint32Array.from(ids, (_, i) => i) };
  expect(encodeVoxelBlock(different, 'runs')).toEqual(encodeVoxelBlock(different));
});

it('refuses runs that are too long, too short or of something else than ids', () => {
  const block = { type: 'uint32', depth: 1, rows: 10, columns: 10, voxels: new Uint32Array(100) } as const;
  const bytes = encodeVoxelBlock(block, 'runs');
  const changed = (at: number, value: number) => bytes.map((byte, i) => (i === at ? value : byte));
  for (const wrong of [changed(28, 99), changed(28, 101), changed(4, 0), changed(5, 2), bytes.slice(0, -4)])
    expect(() => decodeVoxelBlock(wrong)).toThrow('cut short');
});

it('refuses bytes that are cut short or are something else', () => {
  const bytes = encodeVoxelBlock({ type: 'uint32', depth: 1, rows: 2, columns: 2, voxels: Uint32Array.of(1, 2, 3, 4) });
  expect(() => decodeVoxelBlock(bytes.slice(0, -1))).toThrow('cut short');
  expect(() => decodeVoxelBlock(new Uint8Array(40))).toThrow('no block of voxels');
});
