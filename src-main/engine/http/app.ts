import { Hono } from 'hono';

import type { Log } from '#engine/user/log.ts';

import type { EventHub } from './eventHub.ts';
import { requireHost, requireSameOrigin, requireToken } from './guard.ts';
import type { Handlers } from './handlers.ts';
import { mountApi } from './mountApi.ts';
import { withPageHeaders } from './pageHeaders.ts';
import { refuseError } from './refusal.ts';
import { serveEvents } from './serveEvents.ts';
import { servePage } from './servePage.ts';

/** What the server serves, and to whom. */
export interface AppOptions {
  readonly handlers: Handlers;
  readonly events: EventHub;
  readonly token: string;
  /** The Host headers to answer to, 'name:port'; asked at each request, since the port is known late. */
  readonly hosts: () => ReadonlySet<string>;
  readonly pageDirectory: string;
  readonly log: Log;
  /** Aborted when the engine ends. */
  readonly ending: AbortSignal;
}

/** The whole server, without a socket. The order below is the order of the checks: who asks comes before what is asked. */
export function createApp(options: AppOptions): Hono {
  const { log } = options;
  const app = new Hono();
  app.onError((error, context) => refuseError(context, error, log));
  app.use(withPageHeaders());
  app.use(requireHost(options.hosts));
  app.use('/api/*', requireSameOrigin(), requireToken(options.token));
  serveEvents(app, options.events, options);
  mountApi(app, options.handlers, options);
  servePage(app, options.pageDirectory);
  return app;
}
