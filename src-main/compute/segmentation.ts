import { runSegmentJob } from '#engine/segmentation/segmentJob.ts';
import type { JobCounts, SegmentJob } from '#engine/segmentation/segmentJob.ts';
import type { StageProgress } from '#engine/segmentation/progress.ts';

import { serveJob } from './serveJob.ts';

/** Entry of the compute process that runs the voxel passes of a segmentation. */
serveJob<SegmentJob, StageProgress, JobCounts>(runSegmentJob);
