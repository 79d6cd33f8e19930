import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxShape } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

import { brushMask } from './brushMask.ts';
import { fillMask } from './fillMask.ts';
import { interpolateMask } from './interpolateMask.ts';
import { lassoMask } from './lassoMask.ts';
import { PLANE_AXES } from './paintPlane.ts';
import { indexIn } from './voxelMask.ts';
import type { VoxelMask } from './voxelMask.ts';

const SHAPE: Zyx = [6, 20, 24];
const SIZE_NM: Zyx = [40, 8, 8];

/** The voxels of a mask as text, in order. */
function voxelsOf({ window, voxels }: VoxelMask): string[] {
  const found: string[] = [];
  for (let z = window.min[0]; z < window.max[0]; z++)
    for (let y = window.min[1]; y < window.max[1]; y++)
      for (let x = window.min[2]; x < window.max[2]; x++)
        if (voxels[indexIn(window, [z, y, x])] === 1) found.push(`${z} ${y} ${x}`);
  return found;
}

const point = fc.tuple(
  fc.double({ min: 0, max: 5.99, noNaN: true }),
  fc.double({ min: 0, max: 19.99, noNaN: true }),
  fc.double({ min: 0, max: 23.99, noNaN: true }),
);

describe('a brush', () => {
  it('takes the voxels whose centres are within its radius of a point, in nanometres, and the one that holds it', () => {
    fc.assert(
      fc.property(
        point,
        fc.double({ min: 1, max: 120, noNaN: true }),
        fc.constantFrom('xy', 'xz', 'yz', null),
        (at, radiusNm, plane) => {
          const axes = plane === null ? null : PLANE_AXES[plane];
          const expected: string[] = [];
          for (let z = 0; z < SHAPE[0]; z++)
            for (let y = 0; y < SHAPE[1]; y++)
              for (let x = 0; x < SHAPE[2]; x++) {
                const voxel = [z, y, x];
                const away = voxel.map((value, axis) =>
                  axis === axes?.normal ? 0 : (value + 0.5 - at[axis]) * SIZE_NM[axis],
                );
                const isInSlice = axes === null || voxel[axes.normal] === Math.floor(at[axes.normal]);
                const isHolder = voxel.every((value, axis) => value === Math.floor(at[axis]));
                if (isInSlice && (isHolder || Math.hypot(...away) <= radiusNm)) expected.push(voxel.join(' '));
              }
          expect(voxelsOf(brushMask({ points: [at], radiusNm, axes }, SIZE_NM, SHAPE))).toEqual(expected);
        },
      ),
    );
  });

  it('leaves no gap between the points of a fast stroke', () => {
    const points: Zyx[] = [
      [2.5, 5.5, 2.5],
      [2.5, 5.5, 20.5],
    ];
    const mask = brushMask({ points, radiusNm: 4, axes: PLANE_AXES.xy }, SIZE_NM, SHAPE);
    expect(voxelsOf(mask)).toEqual(Array.from({ length: 19 }, (_, i) => `2 5 ${i + 2}`));
  });

  it('outside of the volume takes nothing', () => {
    const { window } = brushMask({ points: [[30, 5, 5]], radiusNm: 8, axes: null }, SIZE_NM, SHAPE);
    expect(boxShape(window)[0]).toBe(0);
  });
});

describe('a lasso', () => {
  const corners = (left: number, right: number): Zyx[] => [
    [1, 2, left],
    [1, 2, right],
    [1, 9, right],
    [1, 9, left],
  ];

  it('takes the centres in its polygon; two that share an edge share no voxel', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 22, noNaN: true }), (edge) => {
        const left = voxelsOf(lassoMask(corners(0, edge), PLANE_AXES.xy, SHAPE));
        const right = voxelsOf(lassoMask(corners(edge, 24), PLANE_AXES.xy, SHAPE));
        expect([...left, ...right].sort()).toEqual(voxelsOf(lassoMask(corners(0, 24), PLANE_AXES.xy, SHAPE)).sort());
        expect(left.length + right.length).toBe(7 * 24);
      }),
    );
  });

  it('works in every plane', () => {
    const points: Zyx[] = [
      [1, 4, 3],
      [1, 4, 9],
      [5, 4, 9],
      [5, 4, 3],
    ];
    expect(voxelsOf(lassoMask(points, PLANE_AXES.xz, SHAPE))).toHaveLength(4 * 6);
  });
});

it('a fill takes what hangs together by faces with the same label', async () => {
  const window = { min: [0, 0, 0] as const, max: [1, 3, 4] as const };
  const labels = Uint32Array.of(1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1);
  expect(voxelsOf(await fillMask(labels, window, [0, 0, 0]))).toEqual(['0 0 0', '0 0 1', '0 1 1']);
  expect(voxelsOf(await fillMask(labels, window, [0, 0, 2]))).toEqual(['0 0 2', '0 1 2', '0 2 1', '0 2 2']);
});

it('slices between two shapes go over from one into the other, in every plane', async () => {
  for (const plane of ['xy', 'xz', 'yz'] as const) {
    const axes = PLANE_AXES[plane];
    const extent = (axis: number): number => (axis === axes.normal ? 5 : 30);
    const window = { min: [0, 0, 0] as const, max: [extent(0), extent(1), extent(2)] as const };
    const inShape = new Uint8Array(extent(0) * extent(1) * extent(2));
    const square = (slice: number, from: number, to: number): void => {
      for (let r = from; r < to; r++)
        for (let c = from; c < to; c++) {
          const at = [0, 0, 0];
          at[axes.normal] = slice;
          at[axes.row] = r;
          at[axes.column] = c;
          inShape[indexIn(window, at as unknown as Zyx)] = 1;
        }
    };
    square(0, 2, 6);
    square(4, 14, 26);
    const mask = await interpolateMask(inShape, window, axes, [8, 8, 8]);
    const sizes = [1, 2, 3].map(
      (slice) => voxelsOf(mask).filter((voxel) => Number(voxel.split(' ')[axes.normal]) === slice).length,
    );
    expect(sizes.every((size, i) => size > (i === 0 ? 16 : sizes[i - 1]) && size < 144)).toBe(true);
  }
});
