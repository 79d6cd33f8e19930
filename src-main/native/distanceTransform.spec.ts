import { describe, expect, it } from 'vitest';

import { squaredDistanceTransform } from './distanceTransform.ts';

describe('squaredDistanceTransform', () => {
  const line = Uint8Array.of(0, 3, 3, 3, 4, 4);

  it('measures to the nearest voxel of another label, in the unit of the voxel size', async () => {
    const out = new Float32Array(6);
    await squaredDistanceTransform(line, [1, 1, 6], out);
    expect([...out]).toEqual([0, 1, 4, 1, 1, 4]);
    await squaredDistanceTransform(line, [6, 1, 1], out, { voxelSize: [3, 1, 1] });
    expect([...out]).toEqual([0, 9, 36, 9, 9, 36]);
  });

  it('takes the outside for another label only when told so', async () => {
    const out = new Float32Array(6);
    await squaredDistanceTransform(line, [1, 6, 1], out, { borderCounts: true, voxelSize: [100, 1, 100] });
    expect([...out]).toEqual([0, 1, 4, 1, 1, 1]);
    await squaredDistanceTransform(new Uint8Array(6).fill(1), [1, 6, 1], out);
    expect([...out]).toEqual(new Array(6).fill(Infinity));
  });

  it('refuses a voxel size that is not positive', async () => {
    const call = squaredDistanceTransform(line, [1, 1, 6], new Float32Array(6), { voxelSize: [1, 0, 1] });
    await expect(call).rejects.toMatchObject({ kind: 'bad-request', message: /`voxelSize`.*positive/ });
  });
});
