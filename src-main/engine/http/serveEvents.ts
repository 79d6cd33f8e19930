import type { Hono } from 'hono';
import { z } from 'zod';

import { EVENTS_PATH } from '#contract/events.ts';
import type { Log } from '#engine/user/log.ts';

import { endingWithItsConnection } from './answer.ts';
import type { EventHub, Subscription } from './eventHub.ts';
import { refuse } from './refusal.ts';

/** Something is said at least so often: a line that is cut is noticed by both ends. */
const HEARTBEAT_MS = 15_000;

const querySchema = z
  .strictObject({ since: z.coerce.number().int().min(0), engine: z.string().max(64) })
  .or(z.strictObject({}).transform(() => null));

/** Serves the events as server-sent events; contract/events.ts says what they mean. */
export function serveEvents(app: Hono, events: EventHub, options: { log: Log; heartbeatMs?: number }): void {
  const { log, heartbeatMs = HEARTBEAT_MS } = options;
  app.get(EVENTS_PATH, (context) => {
    const query = querySchema.safeParse(context.req.query());
    if (!query.success)
      return refuse(context, 400, {
        kind: 'bad-request',
        message: "In the query: 'since' (a revision) and 'engine' belong together; nothing else is known.",
      });
    const since = query.data === null ? null : { revision: query.data.since, engine: query.data.engine };
    context.header('content-type', 'text/event-stream; charset=utf-8');
    context.header('cache-control', 'no-store');
    return context.body(
      endingWithItsConnection(eventStream(events.subscribe(since), heartbeatMs), context, log) as ReadableStream,
    );
  });
}

/** A stream that is asked for more only when the connection has taken what was given. */
function eventStream(subscription: Subscription, heartbeatMs: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let pending: ReturnType<Subscription['next']> | null = null;
  return new ReadableStream<Uint8Array>(
    {
      // Sent at once, so that the reader knows that the line stands.
      start: (controller) => controller.enqueue(encoder.encode(': connected\n\n')),
      async pull(controller) {
        pending ??= subscription.next();
        const event = await orAfter(pending, heartbeatMs);
        if (event === 'late') return controller.enqueue(encoder.encode(': still here\n\n'));
        pending = null;
        if (event === null) return controller.close();
        controller.enqueue(encoder.encode(`id: ${event.revision}\ndata: ${JSON.stringify(event)}\n\n`));
      },
      cancel: () => subscription.end(),
    },
    { highWaterMark: 0 },
  );
}

async function orAfter<T>(promise: Promise<T>, milliseconds: number): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), milliseconds)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
