import { serveJob } from '#compute/serveJob.ts';
import type { StageProgress } from '#engine/segmentation/progress.ts';

import { verifyProject } from './verifyProject.ts';

/** Entry of the process of `verifyApart`. */
serveJob(({ directory }: { readonly directory: string }, onProgress: (progress: StageProgress) => void) =>
  verifyProject(directory, { onProgress }),
);
