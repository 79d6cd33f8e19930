import { describe, expect, it } from 'vitest';

import { boundaryFromAffinities, seededWatershed } from './seededWatershed.ts';

describe('seededWatershed', () => {
  const shape = [2, 12, 21] as const;
  const wall = new Uint8Array(2 * 12 * 21).map((_, i) => (i % 21 === 10 ? 255 : 0));

  it('divides each slice at its wall, and the volume in space at the same place', async () => {
    const out = new Uint32Array(wall.length);
    expect(await seededWatershed(wall, shape, out, { minSize: 10 })).toBe(4);
    expect([out[0], out[20], out[12 * 21], out[12 * 21 + 20]]).toEqual([1, 2, 3, 4]);
    expect(await seededWatershed(wall, shape, out, { minSize: 10, perSlice: false, voxelSize: [5, 1, 1] })).toBe(2);
    expect(new Set(out)).toEqual(new Set([1, 2]));
  });

  it('works from affinities through a boundary map', async () => {
    const affinities = new Float32Array(3 * wall.length).map((_, i) => 1 - wall[i % wall.length] / 255);
    const boundary = new Float32Array(wall.length);
    await boundaryFromAffinities(affinities, boundary, { channels: [1, 2], reduction: 'minimum' });
    expect(boundary).toEqual(Float32Array.from(wall, (v) => v / 255));
    await expect(
      boundaryFromAffinities(affinities, boundary, { channels: [3], reduction: 'mean' }),
    ).rejects.toMatchObject({ kind: 'bad-request' });
  });

  it('refuses parameters out of range', async () => {
    const call = seededWatershed(wall, shape, new Uint32Array(wall.length), { threshold: 2 });
    await expect(call).rejects.toMatchObject({ message: /`threshold` is 2; accepted: a number from 0 to 1/ });
  });
});
