import type { MergeSteps } from '#domain/tables.ts';
import { cutMergeTree } from '#native/agglomeration.ts';

import type { ProjectDatabase } from './database.ts';
import { currentCut } from './edits.ts';
import { readMergeSteps, readSupervoxelSizes } from './tables.ts';

/**
 * The segment of every supervoxel at the project's current threshold, indexed by supervoxel id; element 0 is 0.
 * A segment has the id of its smallest supervoxel.
 */
export async function currentAssignment(database: ProjectDatabase): Promise<Uint32Array> {
  const { threshold, minSize } = currentCut(database);
  return assignmentAt(readMergeSteps(database), readSupervoxelSizes(database), threshold, minSize);
}

/** The assignment at any threshold; see `Cut` for the values. */
export function assignmentAt(
  steps: MergeSteps,
  sizes: Float64Array,
  threshold: number | null,
  minSize: number,
): Promise<Uint32Array> {
  return cutMergeTree(steps, sizes, { threshold: threshold ?? Infinity, minSize });
}

/** The number of segments of an assignment: supervoxels that are the smallest of theirs. */
export function countSegments(assignment: Uint32Array): number {
  let segments = 0;
  for (let id = 1; id < assignment.length; id++) if (assignment[id] === id) segments++;
  return segments;
}
