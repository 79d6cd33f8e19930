import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

import { FascicleError } from '#domain/errors.ts';
import { withFileErrors } from '#volumes/fileErrors.ts';

import { requireFreeDisk } from './freeDisk.ts';

/** A file on its way in. */
export interface Upload {
  /** As the sender calls it; a path in it is refused. */
  readonly name: string;
  /** Null where the sender did not say. */
  readonly length: number | null;
  readonly stream: ReadableStream<Uint8Array>;
}

/**
 * Writes a file into a folder, piece by piece. It appears under its name when it is complete; a name that is taken gets a number.
 *
 * @returns where it lies
 * @throws FascicleError 'bad-request' for a name that is none or an empty or cut-off file, 'storage', 'cancelled'
 */
export async function receiveUpload(
  folder: string,
  upload: Upload,
  signal: AbortSignal,
): Promise<{ path: string; sizeBytes: number }> {
  const name = checkName(upload.name);
  await requireFreeDisk(folder, upload.length ?? 0);
  return withFileErrors(`Keeping ${name}`, async () => {
    await mkdir(folder, { recursive: true });
    const path = await reserve(folder, name);
    try {
      const sizeBytes = await write(`${path}.partial`, upload, signal);
      await rename(`${path}.partial`, path);
      return { path, sizeBytes };
    } catch (error) {
      await Promise.all([rm(path, { force: true }), rm(`${path}.partial`, { force: true })]);
      if (signal.aborted) throw new FascicleError('cancelled', 'The upload was given up.', { cause: error });
      throw error;
    }
  });
}

async function write(path: string, { stream, length }: Upload, signal: AbortSignal): Promise<number> {
  const source = Readable.fromWeb(stream as NodeReadableStream<Uint8Array>);
  await pipeline(source, createWriteStream(path, { flush: true }), { signal });
  const { size } = await stat(path);
  if (size === 0) throw new FascicleError('bad-request', 'The file is empty.');
  if (length !== null && size !== length)
    throw new FascicleError('bad-request', `The file broke off after ${size} of ${length} bytes. Send it again.`);
  return size;
}

/** Control characters, what separates folders anywhere, and names that Windows keeps for devices. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u001f\u007f/\\:*?"<>|]|^\.|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

function checkName(name: string): string {
  if (!FORBIDDEN.test(name) && Buffer.byteLength(name) <= 200) return name;
  throw new FascicleError('bad-request', 'The name of the file is no plain file name. Rename it and send it again.');
}

/** Takes a name that nobody has, by making the file. */
async function reserve(folder: string, name: string): Promise<string> {
  const { name: stem, ext } = parse(name);
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? name : `${stem} (${number})${ext}`);
    try {
      await (await open(path, 'wx')).close();
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
