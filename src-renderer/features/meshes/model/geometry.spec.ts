import fc from 'fast-check';
import { expect, it } from 'vitest';

import { sceneFrame, sliceCorners, toScene, toVoxel } from './geometry.ts';

const shape = [80, 1024, 512] as const;
const frame = sceneFrame(shape, [30, 6, 6]);

it('puts the middle of the volume at the origin and its corners at half its size', () => {
  expect(toScene([40, 512, 256], frame)).toEqual([0, 0, 0]);
  expect(toScene([80, 1024, 512], frame)).toEqual([1536, 3072, 1200]);
});

it('finds the voxel of every place again', () => {
  const voxel = fc.tuple(
    fc.double({ min: 0, max: 80, noNaN: true }),
    fc.double({ min: 0, max: 1024, noNaN: true }),
    fc.double({ min: 0, max: 512, noNaN: true }),
  );
  fc.assert(
    fc.property(voxel, (position) => {
      toVoxel(toScene(position, frame), frame).forEach((value, axis) => expect(value).toBeCloseTo(position[axis], 6));
    }),
  );
});

it('lays each slice through the voxel, with columns along its first letter', () => {
  const voxel = [10, 20, 30] as const;
  const place = toScene(voxel, frame);
  for (const [plane, along, cut] of [
    ['xy', 0, 2],
    ['xz', 0, 1],
    ['yz', 1, 0],
  ] as const) {
    const [first, second, third, fourth] = sliceCorners(plane, voxel, shape, frame);
    for (const corner of [first, second, third, fourth]) expect(corner[cut]).toBeCloseTo(place[cut]);
    expect(second[along] - first[along]).toBeCloseTo(2 * frame.halfNm[along]);
    expect(third[along]).toBeCloseTo(second[along]);
  }
});
