import type { z } from 'zod';

import { api } from './api.ts';
import type { Api } from './api.ts';
import type { BodyKind, InputOf, PayloadOf, Route } from './route.ts';
import { errorSchema } from './values.ts';
import type { ApiErrorBody } from './values.ts';

/** A refusal of the engine, or no answer at all ('unreachable'). */
export class ApiError extends Error {
  readonly kind: ApiErrorBody['kind'] | 'unreachable';
  readonly status: number;

  constructor(kind: ApiError['kind'], message: string, status: number, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ApiError';
    this.kind = kind;
    this.status = status;
  }
}

/** zod gives a schema without keys the type of any record, so that 'no keys' shows as 'any string'. */
type HasNoKeys<Schema extends z.ZodObject> = string extends keyof z.input<Schema>
  ? true
  : keyof z.input<Schema> extends never
    ? true
    : false;

type Part<Name extends string, Schema extends z.ZodObject> =
  HasNoKeys<Schema> extends true
    ? object
    : object extends z.input<Schema>
      ? { readonly [key in Name]?: z.input<Schema> }
      : { readonly [key in Name]: z.input<Schema> };

type Call<R extends Route> = Part<'params', R['params']> &
  Part<'query', R['query']> &
  (R['body'] extends 'nothing' ? object : { readonly body: BodyInput<R['body']> });
type BodyInput<B extends BodyKind> = B extends z.ZodType ? InputOf<B> : NonNullable<RequestInit['body']>;

export interface CallOptions {
  readonly signal?: AbortSignal;
}

type Method<R extends Route> =
  object extends Call<R>
    ? (call?: Call<R>, options?: CallOptions) => Promise<PayloadOf<R['response']>>
    : (call: Call<R>, options?: CallOptions) => Promise<PayloadOf<R['response']>>;

export type Client = {
  readonly [Group in keyof Api]: {
    readonly [Name in keyof Api[Group]]: Api[Group][Name] extends Route ? Method<Api[Group][Name]> : never;
  };
} & {
  /** Any address of the API with the token, for streams. @throws ApiError */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
};

/**
 * A typed client of the engine.
 *
 * @param options.baseUrl 'http://127.0.0.1:1234', or '' from the page that the engine served
 * @param options.fetch injected in tests
 */
export function createClient(options: { baseUrl: string; token: string; fetch?: typeof fetch }): Client {
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${options.token}`);
    const answer = await (options.fetch ?? fetch)(`${options.baseUrl}${path}`, { ...init, headers }).catch(
      (cause: unknown) => {
        if ((cause as { name?: string }).name === 'AbortError') throw cause;
        throw new ApiError('unreachable', 'The engine does not answer. It may be restarting.', 0, { cause });
      },
    );
    if (!answer.ok) throw await refusal(answer);
    return answer;
  };
  const groups = Object.entries(api).map(([group, routes]) => [
    group,
    Object.fromEntries(Object.entries(routes).map(([name, route]) => [name, caller(route as Route, send)])),
  ]);
  return { ...Object.fromEntries(groups), fetch: send } as Client;
}

/** Only a page that was loaded before the engine was renewed meets it. */
const UNKNOWN_FORM = 'The engine answered in a form that this page does not know. Load the page again.';

interface AnyCall {
  readonly params?: Record<string, unknown>;
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
}

function caller(route: Route, send: (path: string, init: RequestInit) => Promise<Response>) {
  return async (call: AnyCall = {}, { signal }: CallOptions = {}): Promise<unknown> => {
    const isJson = route.body !== 'nothing' && route.body !== 'bytes';
    const answer = await send(addressOf(route, call), {
      method: route.method,
      ...(isJson ? { body: JSON.stringify(call.body), headers: { 'content-type': 'application/json' } } : {}),
      ...(route.body === 'bytes'
        ? {
            body: call.body as NonNullable<RequestInit['body']>,
            headers: { 'content-type': 'application/octet-stream' },
          }
        : {}),
      ...(signal ? { signal } : {}),
    });
    if (route.response === 'nothing') return undefined;
    if (route.response === 'bytes') return new Uint8Array(await answer.arrayBuffer());
    const body = route.response.safeParse(await answer.json());
    if (body.success) return body.data;
    throw new ApiError('internal', UNKNOWN_FORM, answer.status, { cause: body.error });
  };
}

/** Path and query of a call, e.g. '/api/jobs/7/course'. */
export function addressOf(route: Route, { params = {}, query = {} }: AnyCall): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return path;
  return `${path}?${new URLSearchParams(entries.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}

async function refusal(answer: Response): Promise<ApiError> {
  const body = errorSchema.safeParse(await answer.json().catch(() => null));
  if (body.success) return new ApiError(body.data.kind, body.data.message, answer.status);
  return new ApiError('internal', `The engine answered ${answer.status} without a reason.`, answer.status);
}
