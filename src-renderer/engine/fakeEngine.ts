import { ref } from 'vue';

import { api } from '#contract/api.ts';
import type { Api } from '#contract/api.ts';
import { createClient } from '#contract/client.ts';
import type { EngineEvent } from '#contract/events.ts';
import type { InputOf, Route } from '#contract/route.ts';
import { isFascicleError } from '#domain/errors.ts';

import type { LinkState } from './eventStream.ts';
import type { Upload } from './upload.ts';
import type { Engine } from './useEngine.ts';

/** A call as a test sees it: the keys of the address, of the query, and the body. Values are text, as on the wire. */
export interface FakeCall {
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type AnswerOf<R extends Route> = R['response'] extends 'bytes'
  ? Uint8Array<ArrayBuffer>
  : R['response'] extends 'nothing'
    ? undefined
    : InputOf<R['response']>;

/** What a test answers, for the routes it needs; others are refused with 'not-found'. */
export type FakeAnswers = {
  readonly [Group in keyof Api]?: {
    readonly [Name in keyof Api[Group]]?: Api[Group][Name] extends Route
      ? (call: FakeCall) => AnswerOf<Api[Group][Name]> | Promise<AnswerOf<Api[Group][Name]>>
      : never;
  };
};

/**
 * An engine for tests of components: the real client on answers that a test gives, so that addresses and schemas are those of the
 * program. Thrown FascicleErrors become refusals.
 */
export function createFakeEngine(
  answers: FakeAnswers,
  upload: Upload = () => Promise.reject(new Error('This test takes no uploads.')),
) {
  const calls: FakeCall[] = [];
  const handlers = new Map<string, Set<(event: EngineEvent) => void>>();
  const link = ref<LinkState>('connected');
  const fetch = (async (address: string, init: RequestInit = {}) => {
    const { route, answer, params } = find(answers, init.method ?? 'GET', new URL(address, 'http://engine').pathname);
    const query = Object.fromEntries(new URL(address, 'http://engine').searchParams);
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
    const call: FakeCall = { route, params, query, body };
    calls.push(call);
    if (answer === undefined) return refusal('not-found', `The test answers no ${route}.`, 404);
    try {
      const value = await answer(call);
      if (value instanceof Uint8Array) return new Response(value as Uint8Array<ArrayBuffer>);
      return Response.json(value ?? null);
    } catch (error) {
      if (isFascicleError(error)) return refusal(error.kind, error.message, 400);
      throw error;
    }
  }) as unknown as typeof globalThis.fetch;
  const access = { baseUrl: '', token: 'test' };
  const engine: Engine = {
    access,
    client: createClient({ ...access, fetch }),
    link,
    upload,
    on(type, handler) {
      const set = handlers.get(type) ?? new Set();
      handlers.set(type, set.add(handler as (event: EngineEvent) => void));
      return () => void set.delete(handler as (event: EngineEvent) => void);
    },
  };
  return {
    engine,
    link,
    /** Every call so far, oldest first. */
    calls,
    callsOf: (route: string) => calls.filter((call) => call.route === route),
    emit: (event: EngineEvent) => handlers.get(event.type)?.forEach((handler) => handler(event)),
  };
}

function refusal(kind: string, message: string, status: number): Response {
  return Response.json({ kind, message }, { status });
}

function find(answers: FakeAnswers, method: string, pathname: string) {
  for (const [group, routes] of Object.entries(api))
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      const params = match(route.path, pathname);
      if (route.method !== method || params === null) continue;
      const given = (answers as Record<string, Record<string, (call: FakeCall) => unknown> | undefined>)[group]?.[name];
      return { route: `${group}.${name}`, answer: given, params };
    }
  throw new Error(`No route of the API is ${method} ${pathname}.`);
}

function match(pattern: string, pathname: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries())
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(given[i]);
    else if (part !== given[i]) return null;
  return params;
}
