import type { z } from 'zod';

/** What a route answers with: JSON by a schema, bytes of a documented layout, or nothing. */
export type ResponseKind = z.ZodType | 'bytes' | 'nothing';

/** What a route takes as its body: JSON by a schema, raw bytes, or nothing. */
export type BodyKind = z.ZodType | 'bytes' | 'nothing';

/**
 * One row of the API: the server implements it, the client calls it, tests sweep over it. `path` has ':name' segments, one for
 * each key of `params`. Query values are strings on the wire, so their schemas coerce.
 */
export interface Route<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends BodyKind = BodyKind,
  Response extends ResponseKind = ResponseKind,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly response: Response;
}

/** The type of a body or a response on the caller's side. */
export type PayloadOf<Kind> = Kind extends z.ZodType
  ? z.infer<Kind>
  : Kind extends 'bytes'
    ? Uint8Array<ArrayBuffer>
    : undefined;

/** What a caller passes: query values that have defaults may be left out. */
export type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : never;
