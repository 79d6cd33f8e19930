import type { z } from 'zod';

import type { Api } from '#contract/api.ts';
import type { BodyKind, ResponseKind, Route } from '#contract/route.ts';

/** Bytes that a caller sends: taken as a stream, or whole where they are known to be few. */
export interface RequestBytes {
  /** From the header, null where the caller did not say. */
  readonly length: number | null;
  stream(): ReadableStream<Uint8Array>;
  /** @throws FascicleError 'bad-request' for more than `maxBytes` */
  whole(maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Bytes to send: at once, or as they are made. Cancelling the stream means that nobody reads any more. */
export type ResponseBytes =
  | Uint8Array
  | ReadableStream<Uint8Array>
  | {
      readonly bytes: Uint8Array | ReadableStream<Uint8Array>;
      readonly type: 'image/png' | 'application/octet-stream';
    };

/** A call that has been parsed by the schemas of its route. `signal` is aborted when the caller went away or the engine ends. */
export interface HandlerCall<R extends Route> {
  readonly params: z.output<R['params']>;
  readonly query: z.output<R['query']>;
  readonly body: BodyOf<R['body']>;
  readonly signal: AbortSignal;
}

type BodyOf<Kind extends BodyKind> = Kind extends z.ZodType
  ? z.output<Kind>
  : Kind extends 'bytes'
    ? RequestBytes
    : undefined;

type AnswerOf<Kind extends ResponseKind> = Kind extends z.ZodType ? z.input<Kind> : ResponseBytes;

/** What answers a route. Refusals are thrown as FascicleError. */
export type Handler<R extends Route> = R['response'] extends 'nothing'
  ? (call: HandlerCall<R>) => Promise<void>
  : (call: HandlerCall<R>) => AnswerOf<R['response']> | Promise<AnswerOf<R['response']>>;

/** One handler for every route of the API: a route that nobody implements does not compile. */
export type Handlers = {
  readonly [Group in keyof Api]: {
    readonly [Name in keyof Api[Group]]: Api[Group][Name] extends Route ? Handler<Api[Group][Name]> : never;
  };
};
