import { FascicleError } from '#domain/errors.ts';

/** Answers for routes whose handlers are being written. */
export function notYet<Group extends object>(): Group {
  return new Proxy({} as Group, {
    get: () => async () => {
      throw new FascicleError('unsupported', 'This is not there yet.');
    },
  });
}
