import { blocksCovering, mapZyx, type Box, type Zyx } from '#domain/geometry.ts';

/**
 * Cuts a box into parts of at most `maxVoxels` on multiples of `unit`, in raster order: into whole slabs where one fits,
 * else along y, then along x. A part is never smaller than one unit, whatever it needs.
 */
export function divideBox(box: Box, unit: Zyx, maxVoxels: number): Box[] {
  // From the origin, where the lattice of units is anchored, to the far side of the box.
  const reach = mapZyx((axis) => Math.ceil(box.max[axis] / unit[axis]) * unit[axis]);
  const fit = (voxels: number, axis: 0 | 1 | 2): number =>
    Math.min(reach[axis], Math.max(unit[axis], Math.floor(voxels / unit[axis]) * unit[axis]));
  const columns = fit(maxVoxels / (unit[0] * unit[1]), 2);
  const rows = fit(maxVoxels / (unit[0] * Math.min(columns, box.max[2] - box.min[2])), 1);
  const area = Math.min(rows, box.max[1] - box.min[1]) * Math.min(columns, box.max[2] - box.min[2]);
  const depth = fit(maxVoxels / area, 0);
  return blocksCovering(box, [depth, rows, columns]);
}
