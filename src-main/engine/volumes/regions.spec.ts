import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxShape, intersectBoxes, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import { checkBox, copyRegion, cutRegion } from './regions.ts';
import type { VolumeInfo } from './volume.ts';

const corner = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }));
const anyBox = fc
  .tuple(corner, corner)
  .map(([min, size]): Box => ({ min, max: [min[0] + size[0], min[1] + size[1], min[2] + size[2]] }));

/** A value that tells where a voxel lies. */
const valueAt = (z: number, y: number, x: number): number => 1 + (z * 20 + y) * 20 + x;

function filled(box: Box): Uint16Array {
  const values: number[] = [];
  for (let z = box.min[0]; z < box.max[0]; z++)
    for (let y = box.min[1]; y < box.max[1]; y++)
      for (let x = box.min[2]; x < box.max[2]; x++) values.push(valueAt(z, y, x));
  return Uint16Array.from(values);
}

describe('copyRegion', () => {
  it('copies exactly the voxels that two boxes share', () => {
    fc.assert(
      fc.property(anyBox, anyBox, (from, to) => {
        const target = new Uint16Array(voxelCount(boxShape(to)));
        copyRegion({ voxels: filled(from), box: from }, { voxels: target, box: to });
        const shared = intersectBoxes(from, to);
        expect(cutRegion({ voxels: target, box: to }, shared)).toEqual(filled(shared));
        expect(target.filter((value) => value !== 0)).toHaveLength(voxelCount(boxShape(shared)));
      }),
    );
  });

  it('reads a source whose x is the slowest axis', () => {
    const box: Box = { min: [0, 0, 0], max: [2, 3, 4] };
    const transposed = new Uint16Array(24);
    for (let z = 0; z < 2; z++)
      for (let y = 0; y < 3; y++) for (let x = 0; x < 4; x++) transposed[x * 6 + y * 2 + z] = valueAt(z, y, x);
    const target = new Uint16Array(24);
    copyRegion({ voxels: transposed, box, strides: [1, 2, 6] }, { voxels: target, box });
    expect(target).toEqual(filled(box));
  });
});

describe('checkBox', () => {
  const info = { source: 'a.h5', shape: [4, 5, 6] as Zyx, channels: 2 } as VolumeInfo;

  it.each([
    [{ min: [0, 0, 0], max: [4, 5, 7] }, 0],
    [{ min: [-1, 0, 0], max: [4, 5, 6] }, 0],
    [{ min: [2, 0, 0], max: [1, 5, 6] }, 0],
    [{ min: [0.5, 0, 0], max: [4, 5, 6] }, 0],
    [{ min: [0, 0, 0], max: [4, 5, 6] }, 2],
  ] satisfies [Box, number][])('refuses %j in channel %i', (box, channel) => {
    expect(() => checkBox(info, box, channel)).toThrowError(expect.objectContaining({ kind: 'bad-request' }));
  });

  it('accepts the whole volume and an empty box', () => {
    expect(() => checkBox(info, { min: [0, 0, 0], max: [4, 5, 6] }, 1)).not.toThrow();
    expect(() => checkBox(info, { min: [4, 5, 6], max: [4, 5, 6] })).not.toThrow();
  });
});
