import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

import type { Route } from '#contract/route.ts';
import type { Log } from '#engine/user/log.ts';

import type { ResponseBytes } from './handlers.ts';

/** Turns what a handler gave into a response. Nothing of a project is kept by a browser: it would show what is no more. */
export function answer(route: Route, value: unknown, context: Context, log: Log): Response {
  context.header('cache-control', 'no-store');
  if (route.response === 'nothing') return context.body(null, 204);
  if (route.response !== 'bytes') return context.json(value as object);
  const { bytes, type } = typedBytes(value as ResponseBytes);
  context.header('content-type', type);
  if (bytes instanceof Uint8Array) return context.body(bytes as Uint8Array<ArrayBuffer>);
  return context.body(endingWithItsConnection(bytes, context, log));
}

function typedBytes(value: ResponseBytes) {
  if (value instanceof Uint8Array || value instanceof ReadableStream)
    return { bytes: value, type: 'application/octet-stream' } as const;
  return value;
}

/**
 * The same stream, but a failure in its middle breaks the connection. Headers are long sent by then, so that is the only way to tell
 * the reader from one that has all.
 */
export function endingWithItsConnection(
  stream: ReadableStream<Uint8Array>,
  context: Context,
  log: Log,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  let isWanted = true;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          // The connection may have gone while something was made for it.
          if (!isWanted) return;
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (!isWanted) return;
          log.error(`${context.req.method} ${context.req.path}: the answer broke off`, error);
          (context.env as Partial<HttpBindings> | undefined)?.outgoing?.destroy();
          controller.close();
        }
      },
      cancel(reason) {
        isWanted = false;
        return reader.cancel(reason);
      },
    },
    // Nothing is made ahead of what the connection takes.
    { highWaterMark: 0 },
  );
}
