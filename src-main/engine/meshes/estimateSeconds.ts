import { voxelCount } from '#domain/geometry.ts';

import { planBlockTasks, voxelsToRead } from './blockTasks.ts';
import type { SupervoxelBoxes } from './blockTasks.ts';
import type { MeshLevel } from './meshLevels.ts';

/** Faces of a supervoxel of n voxels are about this times n^(2/3): 6 for a cube, measured on noisy fragments and on neurites. */
const FACES = 7;

/** Measured on one core of an AMD EPYC: extraction and simplification of a triangle, reading a voxel, keeping a fragment. */
const SECONDS_PER_TRIANGLE = 0.35e-6;
const SECONDS_PER_VOXEL = 20e-9;
const SECONDS_PER_SUPERVOXEL = 20e-6;

/**
 * What it costs to make the fragments of supervoxels at a level, in seconds of processor time, foretold from their boxes and sizes
 * before a voxel is read. Only the order of the levels and their ratios matter, so it need not fit another machine.
 */
export function estimateSeconds(level: MeshLevel, table: SupervoxelBoxes): number {
  const scale = voxelCount(level.factor);
  let faces = 0;
  for (const size of table.sizes) faces += FACES * Math.cbrt(size / scale) ** 2;
  return (
    2 * faces * SECONDS_PER_TRIANGLE +
    voxelsToRead(planBlockTasks(level, table)) * SECONDS_PER_VOXEL +
    table.ids.length * SECONDS_PER_SUPERVOXEL
  );
}
