import { runInChild } from '#engine/jobs/childJob.ts';

import type { ProgressListener, StageProgress } from './progress.ts';
import type { JobCounts, SegmentJob } from './segmentJob.ts';

const ENTRY = new URL('../../compute/segmentation.ts', import.meta.url);

/**
 * Runs a segmentation job in a process of its own, which is killed on cancel. Call it again with the same job to go on;
 * `readTables` gets the tables that it leaves in the work folder.
 *
 * @throws FascicleError 'cancelled', 'internal' when the process died, what the job throws
 */
export function computeSegmentation(
  job: SegmentJob,
  options: { signal?: AbortSignal | undefined; onProgress?: ProgressListener | undefined },
): Promise<JobCounts> {
  return runInChild<SegmentJob, StageProgress, JobCounts>(ENTRY, job, options);
}
