import type { Route } from './route.ts';
import { editRoutes } from './routes/edits.ts';
import { exportRoutes } from './routes/exports.ts';
import { jobRoutes } from './routes/jobs.ts';
import { modelRoutes } from './routes/models.ts';
import { projectRoutes } from './routes/projects.ts';
import { reviewRoutes } from './routes/review.ts';
import { segmentRoutes } from './routes/segments.ts';
import { systemRoutes } from './routes/system.ts';
import { volumeRoutes } from './routes/volumes.ts';
import { voxelRoutes } from './routes/voxels.ts';

/** The whole API: the one table that the server, the client and the tests are made from. */
export const api = {
  system: systemRoutes,
  volumes: volumeRoutes,
  models: modelRoutes,
  projects: projectRoutes,
  jobs: jobRoutes,
  voxels: voxelRoutes,
  segments: segmentRoutes,
  edits: editRoutes,
  exports: exportRoutes,
  review: reviewRoutes,
} as const satisfies Record<string, Record<string, Route>>;

export type Api = typeof api;
