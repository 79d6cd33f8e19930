import type { Cut } from '#domain/editChange.ts';
import type { EditState } from '#domain/editState.ts';
import type { MergeSteps } from '#domain/tables.ts';
import { loadLiveSegmentation } from '#engine/proofreading/loadLiveSegmentation.ts';
import { cutMergeTree } from '#native/agglomeration.ts';

import { currentState } from './edits.ts';
import type { Project } from './project.ts';
import { inTurns } from './inTurns.ts';
import { mergeStepsInSteps, supervoxelSizesInSteps } from './tables.ts';

/**
 * The segment of every supervoxel in the project's present state, indexed by supervoxel id; element 0 is 0.
 * A segment has the id of its smallest supervoxel.
 */
export function currentAssignment(project: Project, signal?: AbortSignal): Promise<Uint32Array> {
  return assignmentAtState(project, currentState(project.database), signal);
}

/** The assignment that a cut and decisions make. @throws FascicleError 'cancelled'; the reason of `signal` */
export async function assignmentAtState(
  project: Project,
  state: Pick<EditState, 'cut' | 'must' | 'cannot' | 'thresholds'>,
  signal?: AbortSignal,
): Promise<Uint32Array> {
  const { cut, must, cannot, thresholds } = state;
  if (must.size + cannot.size + thresholds.size === 0)
    return assignmentAt(
      await inTurns(mergeStepsInSteps(project.database), signal),
      await inTurns(supervoxelSizesInSteps(project.database), signal),
      cut,
      signal,
    );
  const live = await loadLiveSegmentation(project, state, { signal });
  try {
    return live.assignment.slice();
  } finally {
    live.close();
  }
}

/** The assignment at any threshold. @throws FascicleError 'cancelled' */
export async function assignmentAt(
  steps: MergeSteps,
  sizes: Float64Array,
  { threshold, minSize }: Cut,
  signal?: AbortSignal,
): Promise<Uint32Array> {
  const assignment = await cutMergeTree(steps, sizes, { threshold: threshold ?? Infinity, minSize }, { signal });
  // An id without voxels is no segment.
  for (let row = 0; row < sizes.length; row++) if (sizes[row] === 0) assignment[row + 1] = 0;
  return assignment;
}
