import { runInChild } from '#engine/jobs/childJob.ts';
import type { ProgressListener, StageProgress } from '#engine/segmentation/progress.ts';

import type { PyramidRequest } from './pyramidJob.ts';

const ENTRY = new URL('../../compute/pyramid.ts', import.meta.url);

const DEFAULT_PYRAMID_MEMORY_BYTES = 512 * 2 ** 20;

export interface PyramidOptions {
  readonly memoryBudgetBytes?: number;
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a pyramid in a compute process, see `runPyramidJob`. @throws FascicleError 'cancelled', 'storage', as `openSourceVolume` */
export async function buildPyramid(
  pyramid: Omit<PyramidRequest, 'memoryBudgetBytes'>,
  { memoryBudgetBytes = DEFAULT_PYRAMID_MEMORY_BYTES, onProgress, signal }: PyramidOptions = {},
): Promise<void> {
  const request: PyramidRequest = { ...pyramid, memoryBudgetBytes };
  await runInChild<PyramidRequest, StageProgress, null>(ENTRY, request, { signal, onProgress });
}
