import { runRawPyramidJob } from '#engine/views/rawPyramidJob.ts';
import type { RawPyramidRequest } from '#engine/views/rawPyramidJob.ts';
import type { StageProgress } from '#engine/segmentation/progress.ts';

import { serveJob } from './serveJob.ts';

/** Entry of the compute process that makes the pyramid of the raw image. */
serveJob<RawPyramidRequest, StageProgress, null>(async (request, onProgress) => {
  await runRawPyramidJob(request, onProgress);
  return null;
});
