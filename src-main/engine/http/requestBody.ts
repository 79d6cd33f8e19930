import { FascicleError } from '#domain/errors.ts';

import type { RequestBytes } from './handlers.ts';

/** JSON bodies are decisions, not data: nothing that a person or a script states is longer. */
export const MAX_JSON_BYTES = 8 * 2 ** 20;

/** The body of a request as bytes. */
export function requestBytes(request: Request): RequestBytes {
  const length = declaredLength(request);
  const stream = () => (request.body as ReadableStream<Uint8Array> | null) ?? emptyStream();
  return { length, stream, whole: (maxBytes) => readWhole(stream(), length, maxBytes) };
}

/** The body of a request as JSON. @throws FascicleError 'bad-request' for what is none, or too long */
export async function requestJson(request: Request): Promise<unknown> {
  const bytes = await requestBytes(request).whole(MAX_JSON_BYTES);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new FascicleError('bad-request', 'The body of the request is not JSON.', { cause });
  }
}

function declaredLength(request: Request): number | null {
  const header = request.headers.get('content-length');
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

async function readWhole(
  stream: ReadableStream<Uint8Array>,
  length: number | null,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (length !== null && length > maxBytes) throw tooLong(maxBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.byteLength;
    // Leaving the loop cancels the stream: the rest is never taken into memory.
    if (size > maxBytes) throw tooLong(maxBytes);
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function tooLong(maxBytes: number): FascicleError {
  return new FascicleError(
    'bad-request',
    `The body of the request is longer than the ${maxBytes} bytes that it may have.`,
  );
}
