import type { EngineContext } from '../engineContext.ts';
import type { Handlers } from '../handlers.ts';

export function createJobsHandlers({ jobs }: EngineContext): Handlers['jobs'] {
  return {
    list: () => jobs.list(),
    get: ({ params }) => jobs.get(params.job),
    course: ({ params }) => jobs.course(params.job),
    cancel: ({ params }) => jobs.cancel(params.job),
    pause: ({ params }) => jobs.pause(params.job),
    resume: ({ params }) => jobs.resume(params.job),
  };
}
