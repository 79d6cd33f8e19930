import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';
import { notYet } from '../notYet.ts';

/** Projects: the list of them, opening and closing, and new ones. */
export function createProjectsHandlers(engine: EngineContext): Handlers['projects'] {
  const { projects } = engine;
  return {
    recent: () => projects.recent(),
    open: async ({ body }) => (await projects.open(body.directory, { readOnly: body.readOnly })).info(),
    estimate: notYet<Handlers['projects']>().estimate,
    create: notYet<Handlers['projects']>().create,
    sample: notYet<Handlers['projects']>().sample,
    get: ({ params }) => projects.get(params.project).info(),
    close: ({ params }) => projects.close(params.project),
    forget: ({ params }) => projects.forget(params.project),
    thumbnail: async ({ params }) => ({ bytes: await projects.thumbnail(params.project), type: 'image/png' }),
  };
}
