import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

import { highFaces, withLowHalo } from './faces.ts';

const extent = fc.integer({ min: 1, max: 4 });

describe('highFaces and withLowHalo', () => {
  it('put every label next to its neighbours across the faces of a block', () => {
    fc.assert(
      fc.property(
        fc.tuple(extent, extent, extent),
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        (shape, has) => {
          // A volume of twice the shape whose label is the voxel's own number; the block is its last or first part.
          const volume = shape.map((n, axis) => (has[axis] ? 2 * n : n)) as unknown as Zyx;
          const number = (z: number, y: number, x: number) => 1 + (z * volume[1] + y) * volume[2] + x;
          const block: Box = { min: shape.map((n, axis) => (has[axis] ? n : 0)) as unknown as Zyx, max: volume };
          const read = (box: Box) => {
            const [depth, height, width] = boxShape(box);
            return Uint32Array.from({ length: voxelCount(boxShape(box)) }, (_, i) =>
              number(
                box.min[0] + Math.floor(i / (height * width)),
                box.min[1] + (Math.floor(i / width) % height),
                box.min[2] + (i % width),
              ),
            ).subarray(0, depth * height * width);
          };
          const faceBefore = (axis: 0 | 1 | 2) => {
            if (!has[axis]) return undefined;
            const min = block.min.map((at, i) => (i === axis ? at - shape[i] : at)) as unknown as Zyx;
            const max = block.max.map((at, i) => (i === axis ? at - shape[i] : at)) as unknown as Zyx;
            return highFaces(read({ min, max }), shape)[(['z', 'y', 'x'] as const)[axis]];
          };
          const before = { z: faceBefore(0), y: faceBefore(1), x: faceBefore(2) };
          const { labels, box: window } = withLowHalo(read(block), block, before);
          const [, rows, columns] = boxShape(window);
          const at = (z: number, y: number, x: number) =>
            labels[((z - window.min[0]) * rows + y - window.min[1]) * columns + x - window.min[2]];
          for (let z = block.min[0]; z < block.max[0]; z++)
            for (let y = block.min[1]; y < block.max[1]; y++)
              for (let x = block.min[2]; x < block.max[2]; x++) {
                expect(at(z, y, x)).toBe(number(z, y, x));
                if (z > 0) expect(at(z - 1, y, x)).toBe(number(z - 1, y, x));
                if (y > 0) expect(at(z, y - 1, x)).toBe(number(z, y - 1, x));
                if (x > 0) expect(at(z, y, x - 1)).toBe(number(z, y, x - 1));
              }
        },
      ),
    );
  });
});
