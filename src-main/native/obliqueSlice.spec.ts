import { describe, expect, it } from 'vitest';

import { obliqueSlice } from './obliqueSlice.ts';

const volume = {
  shape: [2, 3, 4],
  chunkShape: [2, 3, 4],
  grid: { min: [0, 0, 0], max: [1, 1, 1] },
  slots: Int32Array.of(0),
} as const;
const plane = { origin: [1, 0, 0], right: [0, 0, 1], down: [0, 1, 0], rows: 3, columns: 4 } as const;

describe('obliqueSlice', () => {
  it.each([Uint8Array, Uint16Array, Uint32Array, Float32Array])('samples voxels of every type (%o)', async (Voxels) => {
    const chunk = new Voxels(24).map((_: number, i: number) => i + 1);
    const out = new Voxels(12);
    await obliqueSlice({ ...volume, chunks: [chunk] }, plane, 'linear', out);
    expect([...out]).toEqual([...chunk.subarray(12)]);
  });

  it('takes a chunk of one element for one of that value, and what lies outside for 0', async () => {
    const out = new Uint8Array(12);
    await obliqueSlice({ ...volume, chunks: [Uint8Array.of(9)] }, { ...plane, origin: [1, -1, 0] }, 'nearest', out);
    expect([...out]).toEqual([0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9]);
  });

  it('refuses arrays that do not fit each other', async () => {
    const refuses = (change: object, out: Uint8Array | Uint16Array = new Uint8Array(12)) =>
      expect(
        obliqueSlice({ ...volume, chunks: [new Uint8Array(24)], ...change }, plane, 'linear', out),
      ).rejects.toMatchObject({ kind: 'bad-request' });
    await refuses({}, new Uint8Array(11));
    await refuses({}, new Uint16Array(12));
    await refuses({ slots: Int32Array.of(1) });
    await refuses({ slots: Int32Array.of(0, 0) });
    await refuses({ chunks: [new Uint8Array(23)] });
  });
});
