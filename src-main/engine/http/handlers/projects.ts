import { createProject } from '#engine/importing/createProject.ts';
import { estimateProject } from '#engine/importing/estimateProject.ts';
import { openSample } from '#engine/importing/openSample.ts';
import { createViewStates } from '#engine/project/viewStates.ts';

import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';

/** Projects: the list of them, opening and closing, and new ones. */
export function createProjectsHandlers(engine: EngineContext): Handlers['projects'] {
  const { projects } = engine;
  const views = createViewStates(engine.log);
  return {
    recent: () => projects.recent(),
    open: async ({ body }) => (await projects.open(body.directory, { readOnly: body.readOnly })).info(),
    estimate: ({ body, signal }) => estimateProject(engine, body, signal),
    create: ({ body }) => createProject(engine, body),
    sample: () => openSample(engine),
    get: ({ params }) => projects.get(params.project).info(),
    view: ({ params }) => views.read(projects.get(params.project).project),
    setView: ({ params, body }) => views.change(projects.get(params.project).project, body),
    close: ({ params }) => projects.close(params.project),
    forget: ({ params }) => projects.forget(params.project),
    discard: ({ params }) => projects.discard(params.project),
    thumbnail: async ({ params }) => ({ bytes: await projects.thumbnail(params.project), type: 'image/png' }),
  };
}
