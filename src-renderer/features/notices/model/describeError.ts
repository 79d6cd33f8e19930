import { ApiError } from '#contract/client.ts';
import { isFascicleError } from '#domain/errors.ts';

/** An error in the words for the person at the screen. */
export interface ErrorWords {
  readonly reason: string;
  /** For a report; null where the reason says all. */
  readonly details: string | null;
  /** A promise of this program was broken: the log is told. */
  readonly isDefect: boolean;
}

/** What to say of anything that was thrown. Null for work that its owner cancelled: nobody needs to be told. */
export function describeError(error: unknown): ErrorWords | null {
  if (isCancellation(error)) return null;
  if (error instanceof ApiError || isFascicleError(error)) {
    const isDefect = error.kind === 'internal';
    return { reason: error.message, details: isDefect ? detailsOf(error) : null, isDefect };
  }
  return {
    reason: error instanceof Error ? error.message : String(error),
    details: detailsOf(error),
    isDefect: true,
  };
}

function isCancellation(error: unknown): boolean {
  if (error instanceof ApiError || isFascicleError(error)) return error.kind === 'cancelled';
  return error instanceof Error && error.name === 'AbortError';
}

function detailsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nCaused by: ${detailsOf(error.cause)}`;
  return `${error.stack ?? `${error.name}: ${error.message}`}${cause}`;
}
