import { boxShape, intersectBoxes } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';

/** Copies the voxels that two boxes share from one array to the other, row by row. Both z, y, x with x fastest. */
export function copyBox(from: Uint32Array, fromBox: Box, to: Uint32Array, toBox: Box): void {
  const { min, max } = intersectBoxes(fromBox, toBox);
  const length = max[2] - min[2];
  const rowIn = (box: Box, z: number, y: number): number => {
    const [, height, width] = boxShape(box);
    return ((z - box.min[0]) * height + y - box.min[1]) * width + min[2] - box.min[2];
  };
  for (let z = min[0]; z < max[0]; z++)
    for (let y = min[1]; y < max[1]; y++) {
      const start = rowIn(fromBox, z, y);
      to.set(from.subarray(start, start + length), rowIn(toBox, z, y));
    }
}
