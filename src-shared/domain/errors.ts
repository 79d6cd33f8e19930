/**
 * The closed family of errors that Fascicle raises on purpose. Kinds are grouped by what a user can do about them,
 * so that a caller narrows with `isFascicleError(e, 'kind')` and never by the text.
 */
export const ERROR_KINDS = [
  /** A file or dataset does not exist. */
  'not-found',
  /** A file exists but cannot be understood: wrong format, truncated, inconsistent. */
  'bad-file',
  /** Several readings are possible; the message lists them and how to choose. */
  'ambiguous',
  /** The caller asked for something impossible: argument out of range, wrong shape, wrong type. */
  'bad-request',
  /** The request is fine but this build or machine cannot do it. */
  'unsupported',
  /** The project is in use, newer than the program, or changed meanwhile. */
  'conflict',
  /** The disk is full, not writable, or failed. */
  'storage',
  /** The work was cancelled by its owner. */
  'cancelled',
  /** A promise of this program was broken: a defect, to be reported. */
  'internal',
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/**
 * An error with a kind. The message is for the person at the screen: what failed, what was found, what is accepted,
 * what to do. `cause` keeps the original.
 */
export class FascicleError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'FascicleError';
    this.kind = kind;
  }
}

/** True for a `FascicleError`, of the given kind if one is named. */
export function isFascicleError(error: unknown, kind?: ErrorKind): error is FascicleError {
  return error instanceof FascicleError && (kind === undefined || error.kind === kind);
}

/** True for what ends work that its owner gave up: ours, and what an `AbortSignal` throws by itself. */
export function isCancellation(error: unknown): boolean {
  return isFascicleError(error, 'cancelled') || (error instanceof Error && error.name === 'AbortError');
}
