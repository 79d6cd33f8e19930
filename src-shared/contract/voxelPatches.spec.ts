import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeVoxelPatches, encodeVoxelPatches, KEEP } from './voxelPatches.ts';

const patch = fc
  .tuple(fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)), fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)))
  .chain(([min, [z, y, x]]) =>
    fc.array(fc.constantFrom(0, 7, 7, KEEP, KEEP), { minLength: z * y * x, maxLength: z * y * x }).map((labels) => ({
      window: { min, max: [min[0] + z, min[1] + y, min[2] + x] as const },
      labels: Uint32Array.from(labels),
    })),
  );

describe('patches of voxels', () => {
  it('come back as they were sent', () => {
    fc.assert(
      fc.property(fc.array(patch, { maxLength: 4 }), (patches) => {
        expect(decodeVoxelPatches(encodeVoxelPatches(patches))).toEqual(patches);
      }),
    );
  });

  it('take the place of their runs, not of their voxels', () => {
    const labels = new Uint32Array(1e6).fill(KEEP).fill(9, 400_000, 600_000);
    const bytes = encodeVoxelPatches([{ window: { min: [0, 0, 0], max: [100, 100, 100] }, labels }]);
    expect(bytes.byteLength).toBe(4 * (2 + 7 + 2 * 3));
  });

  it('that are cut short, or none, are refused', () => {
    const bytes = encodeVoxelPatches([{ window: { min: [0, 0, 0], max: [1, 1, 2] }, labels: Uint32Array.of(1, 2) }]);
    expect(() => decodeVoxelPatches(bytes.slice(0, -4))).toThrow('cut short');
    expect(() => decodeVoxelPatches(new Uint8Array(12))).toThrow('no patches');
  });
});
