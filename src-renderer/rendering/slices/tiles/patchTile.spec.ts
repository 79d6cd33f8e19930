import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Layer } from '#contract/routes/projects.ts';
import { KEEP } from '#contract/voxelPatches.ts';
import { PLANES } from '#contract/values.ts';
import { PLANE_AXES } from '#renderer/rendering/slices/geometry/planeAxes.ts';

import { patchTile } from './patchTile.ts';
import type { TileRequest } from './tileGrid.ts';

const LAYER: Layer = {
  id: 'supervoxels',
  kind: 'labels',
  type: 'uint32',
  channels: 1,
  levels: [
    { shape: [8, 12, 12], factor: [1, 1, 1] },
    { shape: [8, 6, 6], factor: [1, 2, 2] },
  ],
  limits: null,
};
const PATCH = {
  window: { min: [2, 3, 1], max: [5, 9, 8] },
  labels: Uint32Array.from({ length: 3 * 6 * 7 }, (_, i) => (i % 3 === 0 ? KEEP : 100 + i)),
} as const;

/** What the patch says of a voxel; KEEP outside of it. */
function patched([z, y, x]: readonly number[]): number {
  const { min, max } = PATCH.window;
  if (z < min[0] || y < min[1] || x < min[2] || z >= max[0] || y >= max[1] || x >= max[2]) return KEEP;
  return PATCH.labels[((z - min[0]) * 6 + y - min[1]) * 7 + x - min[2]];
}

const blockOf = (columns: number, rows: number) => ({
  type: 'uint32' as const,
  depth: 1,
  rows,
  columns,
  voxels: Uint32Array.from({ length: columns * rows }, (_, i) => i + 1),
});

describe('a tile of labels under an edit that is looked at', () => {
  it('shows at every texel of an axis-aligned slice what its middle voxel would get', () => {
    const slice = fc.record({
      plane: fc.constantFrom(...PLANES),
      level: fc.nat(1),
      position: fc.nat(5),
      column: fc.nat(5),
      row: fc.nat(5),
    });
    fc.assert(
      fc.property(slice, (place) => {
        const request: TileRequest = { kind: 'slice', layer: 'supervoxels', channel: 0, columns: 5, rows: 4, ...place };
        const block = blockOf(5, 4);
        const { factor } = LAYER.levels[place.level];
        const axes = PLANE_AXES[place.plane];
        const expected = Array.from(block.voxels, (label, i) => {
          const voxel = [0, 0, 0];
          voxel[axes.column] = place.column + (i % 5);
          voxel[axes.row] = place.row + Math.floor(i / 5);
          voxel[axes.normal] = place.position;
          const would = patched(voxel.map((at, axis) => Math.floor((at + 0.5) * factor[axis])));
          return would === KEEP ? label : would;
        });
        const found = patchTile(request, LAYER, block, [PATCH]);
        expect([...(found ?? block).voxels]).toEqual(expected);
        expect(found === null).toBe(expected.join() === [...block.voxels].join());
      }),
    );
  });

  it('is followed at an angle', () => {
    const request: TileRequest = {
      ...{ kind: 'oblique', layer: 'supervoxels', channel: 0, level: 0, columns: 4, rows: 2 },
      origin: [2, 4, 1],
      right: [0, 1, 1],
      down: [1, 0, 0],
    };
    const block = blockOf(4, 2);
    const expected = [0, 1].flatMap((row) => [0, 1, 2, 3].map((at) => patched([2 + row, 4 + at, 1 + at])));
    const found = patchTile(request, LAYER, block, [PATCH])!;
    expect([...found.voxels]).toEqual(expected.map((label, i) => (label === KEEP ? block.voxels[i] : label)));
  });
});
