import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

import type { ApiErrorBody } from '#contract/values.ts';
import { FascicleError, isCancellation, isFascicleError } from '#domain/errors.ts';
import type { ErrorKind } from '#domain/errors.ts';
import type { Log } from '#engine/user/log.ts';
import { asFileError, errorCode } from '#volumes/fileErrors.ts';

/** Statuses by what went wrong; 499 is the customary one for a caller that went away. */
const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  'bad-request': 400,
  'not-found': 404,
  conflict: 409,
  'bad-file': 422,
  ambiguous: 422,
  unsupported: 422,
  cancelled: 499,
  internal: 500,
  storage: 507,
};

/** Answers with a refusal. */
export function refuse(context: Context, status: number, body: ApiErrorBody): Response {
  context.header('cache-control', 'no-store');
  return context.json(body, status as ContentfulStatusCode);
}

/**
 * Answers with an error that was thrown. What nobody foresaw is written into the log with its stack; the caller learns that it
 * happened and where to read on, since stacks and messages of libraries may hold what is not theirs to know.
 */
export function refuseError(context: Context, thrown: unknown, log: Log): Response {
  const error = asFascicleError(thrown);
  const at = `${context.req.method} ${context.req.path}`;
  const status = STATUS_OF_KIND[error.kind];
  if (error.kind === 'internal') {
    log.error(`${at}: ${error.message}`, error.cause ?? error);
    const message = 'This is a defect of the program. The log of the engine has the details; please report it.';
    return refuse(context, status, { kind: error.kind, message });
  }
  if (error.kind !== 'cancelled') log.info(`${at}: ${error.kind}: ${error.message}`);
  return refuse(context, status, { kind: error.kind, message: error.message });
}

function asFascicleError(thrown: unknown): FascicleError {
  if (isFascicleError(thrown)) return thrown;
  if (isCancellation(thrown)) return new FascicleError('cancelled', 'The request was given up.', { cause: thrown });
  // System errors have codes such as ENOENT; those of Node itself begin with ERR_ and are ours to avoid.
  if (/^E[A-Z0-9]+$/.test(errorCode(thrown) ?? '')) return asFileError(thrown, 'The file system refused');
  return new FascicleError('internal', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}
