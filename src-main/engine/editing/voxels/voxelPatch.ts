import { KEEP } from '#contract/voxelPatches.ts';
import type { VoxelPatch } from '#contract/voxelPatches.ts';
import { boxShape, intersectBoxes } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';

export { KEEP } from '#contract/voxelPatches.ts';
export type { VoxelPatch } from '#contract/voxelPatches.ts';

/** A patch of labels in which 0 says nothing, as dividing a supervoxel makes it. */
export function patchOfParts({ window, labels }: VoxelPatch): VoxelPatch {
  return { window, labels: labels.map((label) => (label === 0 ? KEEP : label)) };
}

/** Writes the voxels of a patch into `target`, which holds the voxels of `box`; those outside of it are left out. */
export function applyPatch(target: Uint32Array, box: Box, { window, labels }: VoxelPatch): void {
  const { min, max } = intersectBoxes(box, window);
  const [, targetRows, targetColumns] = boxShape(box);
  const [, rows, columns] = boxShape(window);
  for (let z = min[0]; z < max[0]; z++)
    for (let y = min[1]; y < max[1]; y++) {
      const to = ((z - box.min[0]) * targetRows + y - box.min[1]) * targetColumns - box.min[2];
      const from = ((z - window.min[0]) * rows + y - window.min[1]) * columns - window.min[2];
      for (let x = min[2]; x < max[2]; x++) {
        const label = labels[from + x];
        if (label !== KEEP) target[to + x] = label;
      }
    }
}
