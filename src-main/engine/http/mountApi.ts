import type { Hono } from 'hono';

import { api } from '#contract/api.ts';
import type { Route } from '#contract/route.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Log } from '#engine/user/log.ts';

import { answer } from './answer.ts';
import type { Handler, Handlers } from './handlers.ts';
import { parseCall } from './parseCall.ts';
import { refuseError } from './refusal.ts';

/**
 * Serves every route of the API with its handler.
 *
 * @param options.ending aborted when the engine ends: work for requests under way is given up
 */
export function mountApi(app: Hono, handlers: Handlers, options: { log: Log; ending: AbortSignal }): void {
  const { log, ending } = options;
  for (const [group, routes] of Object.entries(api))
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      const handler = (handlers as unknown as Record<string, Record<string, Handler<Route>>>)[group][name];
      app.on(route.method, route.path, async (context) => {
        try {
          const signal = AbortSignal.any([context.req.raw.signal, ending]);
          return answer(route, await handler(await parseCall(route, context, signal)), context, log);
        } catch (error) {
          return refuseError(context, error, log);
        }
      });
    }
  app.all('/api/*', (context) =>
    refuseError(context, new FascicleError('not-found', 'There is nothing at this address of the API.'), log),
  );
}
