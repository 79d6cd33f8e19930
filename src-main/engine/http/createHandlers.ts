import type { EngineContext } from './engineContext.ts';
import type { Handlers } from './handlers.ts';
import { createProjectsHandlers } from './handlers/projects.ts';
import { createSystemHandlers } from './handlers/system.ts';
import { createVoxelsHandlers } from './handlers/voxels.ts';
import { notYet } from './notYet.ts';

/** A handler for every route: the type is made from the table, so that none can be forgotten. */
export function createHandlers(engine: EngineContext): Handlers {
  return {
    system: createSystemHandlers(engine),
    volumes: notYet(),
    models: notYet(),
    projects: createProjectsHandlers(engine),
    jobs: notYet(),
    voxels: createVoxelsHandlers(engine),
    segments: notYet(),
  };
}
