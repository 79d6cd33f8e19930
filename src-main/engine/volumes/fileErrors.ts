import { FascicleError, isFascicleError } from '#domain/errors.ts';

const STORAGE_REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space or choose another folder',
  EDQUOT: 'the disk quota is used up; free some space or choose another folder',
  EFBIG: 'the file would be larger than the file system or the limit of this shell (ulimit -f) allows',
  EROFS: 'the file system is read-only; choose another folder',
  EACCES: 'permission was denied; check the rights of the file and its folder',
  EPERM: 'the operation is not permitted; check the rights of the file and its folder',
  EMFILE: 'too many files are open; raise the limit of open files (ulimit -n)',
  EIO: 'the disk reported an error; copy the data to another disk',
};

/** The code of a Node file-system error ('ENOENT'), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * A file-system failure as an error for people. What is already a `FascicleError` passes unchanged.
 * @param doing what was tried, as the start of a sentence: 'Reading /data/a.tif'
 */
export function asFileError(error: unknown, doing: string): FascicleError {
  if (isFascicleError(error)) return error;
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new FascicleError('not-found', `${doing}: there is no such file or folder. Check the path.`, {
      cause: error,
    });
  const reason = code === undefined ? undefined : STORAGE_REASONS[code];
  const detail = error instanceof Error ? error.message : String(error);
  return new FascicleError('storage', `${doing}: ${reason ?? detail}.`, { cause: error });
}

/** Runs `work` and turns what the file system throws into a `FascicleError`. */
export async function withFileErrors<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw errorCode(error) === undefined ? error : asFileError(error, doing);
  }
}

/** Throws a 'cancelled' error where the owner of the work has given it up. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new FascicleError('cancelled', 'Reading the volume was cancelled.', { cause: signal.reason });
}
