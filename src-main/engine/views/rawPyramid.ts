import { runInChild } from '#engine/jobs/childJob.ts';
import type { Project } from '#engine/project/project.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';
import type { ProgressListener, StageProgress } from '#engine/segmentation/progress.ts';

import type { RawPyramidRequest } from './rawPyramidJob.ts';
import { isPyramidOf } from './rawStore.ts';
import { storedPyramid } from './storedPyramid.ts';

const ENTRY = new URL('../../compute/rawPyramid.ts', import.meta.url);

export const DEFAULT_PYRAMID_MEMORY_BYTES = 512 * 2 ** 20;

/** What became of the raw image: copied into the project, used where it lies, already there, or there is none. */
export type RawPyramidOutcome = 'built' | 'referred' | 'unchanged' | 'no-raw';

/**
 * Makes the pyramid from which the raw image of a project is shown at any zoom, in a compute process. A source that is such a pyramid
 * already is referred to, and nothing is written. Interrupted, it goes on where it stopped; the source is never written to.
 *
 * @throws FascicleError 'cancelled' (finished blocks are kept), 'storage', as `openSourceVolume`
 */
export async function buildRawPyramid(
  project: Project,
  options: {
    memoryBudgetBytes?: number;
    onProgress?: ProgressListener | undefined;
    signal?: AbortSignal | undefined;
  } = {},
): Promise<RawPyramidOutcome> {
  const { memoryBudgetBytes = DEFAULT_PYRAMID_MEMORY_BYTES, onProgress, signal } = options;
  const volume = readSourceVolume(project.database, 'raw');
  if (volume === undefined) return 'no-raw';
  if (isPyramidOf(project.paths.raw, volume)) return 'unchanged';
  if ((await storedPyramid(volume)) !== null) return 'referred';
  const request: RawPyramidRequest = { volume, path: project.paths.raw, memoryBudgetBytes };
  await runInChild<RawPyramidRequest, StageProgress, null>(ENTRY, request, { signal, onProgress });
  return 'built';
}
