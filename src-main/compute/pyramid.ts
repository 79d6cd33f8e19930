import { runPyramidJob } from '#engine/views/pyramidJob.ts';
import type { PyramidRequest } from '#engine/views/pyramidJob.ts';
import type { StageProgress } from '#engine/segmentation/progress.ts';
import { constants, setPriority } from 'node:os';

import { serveJob } from './serveJob.ts';

/** Entry of the compute process that makes a pyramid. Its layer is being looked at meanwhile: whoever draws goes first. */
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
serveJob<PyramidRequest, StageProgress, null>(async (request, onProgress) => {
  await runPyramidJob(request, onProgress);
  return null;
});
