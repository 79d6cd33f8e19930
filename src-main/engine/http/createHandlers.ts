import type { EngineContext } from './engineContext.ts';
import type { Handlers } from './handlers.ts';
import { createEditsHandlers } from './handlers/edits.ts';
import { createExportsHandlers } from './handlers/exports.ts';
import { createJobsHandlers } from './handlers/jobs.ts';
import { createModelsHandlers } from './handlers/models.ts';
import { createProjectsHandlers } from './handlers/projects.ts';
import { createReviewHandlers } from './handlers/review.ts';
import { createSegmentsHandlers } from './handlers/segments.ts';
import { createSystemHandlers } from './handlers/system.ts';
import { createVolumesHandlers } from './handlers/volumes.ts';
import { createVoxelsHandlers } from './handlers/voxels.ts';

/** A handler for every route: the type is made from the table, so that none can be forgotten. */
export function createHandlers(engine: EngineContext): Handlers {
  return {
    system: createSystemHandlers(engine),
    volumes: createVolumesHandlers(engine),
    models: createModelsHandlers(),
    projects: createProjectsHandlers(engine),
    jobs: createJobsHandlers(engine),
    voxels: createVoxelsHandlers(engine),
    segments: createSegmentsHandlers(engine),
    edits: createEditsHandlers(engine),
    exports: createExportsHandlers(engine),
    review: createReviewHandlers(engine),
  };
}
