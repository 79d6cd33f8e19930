import { z } from 'zod';

import type { BodyKind, ResponseKind, Route } from './route.ts';

type Empty = z.ZodObject<Record<never, never>>;

interface Spec<P extends z.ZodObject, Q extends z.ZodObject, B extends BodyKind, R extends ResponseKind> {
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
}

/**
 * A route of the API. Unknown keys in queries and bodies are refused: both ends are ours, so one is a defect.
 *
 * @param at method and path, e.g. 'GET /api/projects/:project'
 */
export function defineRoute<
  R extends ResponseKind,
  P extends z.ZodObject = Empty,
  Q extends z.ZodObject = Empty,
  B extends BodyKind = 'nothing',
>(at: `${Route['method']} /api/${string}`, spec: Spec<P, Q, B, R>): Route<P, Q, B, R> {
  const [method, path] = at.split(' ') as [Route['method'], string];
  return {
    method,
    path,
    summary: spec.summary,
    params: spec.params ?? (z.strictObject({}) as P),
    query: spec.query ?? (z.strictObject({}) as Q),
    body: spec.body ?? ('nothing' as B),
    response: spec.response,
  };
}
