import type { Context } from 'hono';
import type { z } from 'zod';

import type { Route } from '#contract/route.ts';
import { FascicleError } from '#domain/errors.ts';

import type { HandlerCall } from './handlers.ts';
import { requestBytes, requestJson } from './requestBody.ts';

/**
 * What a request says, by the schemas of its route.
 *
 * @throws FascicleError 'not-found' for an address with a name that cannot exist, 'bad-request' that lists what is wrong
 */
export async function parseCall(route: Route, context: Context, signal: AbortSignal): Promise<HandlerCall<Route>> {
  return {
    params: parse(route.params, context.req.param(), 'the address'),
    query: parse(route.query, singleValues(context.req.queries()), 'the query'),
    body: await parseBody(route, context.req.raw),
    signal,
  } as HandlerCall<Route>;
}

async function parseBody(route: Route, request: Request): Promise<unknown> {
  if (route.body === 'nothing') return undefined;
  if (route.body === 'bytes') return requestBytes(request);
  return parse(route.body, await requestJson(request), 'the body');
}

function singleValues(queries: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(queries).map(([name, values]) => {
      if (values.length > 1) throw new FascicleError('bad-request', `The query names '${name}' more than once.`);
      return [name, values[0]];
    }),
  );
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // Names in an address, ids for one, are patterns and lists: one that does not fit can name nothing.
  const isUnknownName = what === 'the address' && issues.some(({ code }) => code.startsWith('invalid_'));
  const found = issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message));
  throw new FascicleError(
    isUnknownName ? 'not-found' : 'bad-request',
    isUnknownName ? `There is nothing at this address: ${found.join('; ')}.` : `In ${what}: ${found.join('; ')}.`,
  );
}
