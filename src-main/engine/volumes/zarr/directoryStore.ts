import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AsyncReadable, RangeQuery } from 'zarrita';

import { FascicleError } from '#domain/errors.ts';

import { asFileError, errorCode } from '../fileErrors.ts';

/**
 * A folder as zarrita reads it. Unlike zarrita's own file store it never returns fewer bytes than asked for as zeros:
 * a file that ends too early is an error.
 */
export function directoryStore(root: string): AsyncReadable {
  const pathOf = (key: string): string => join(root, key);
  return {
    async get(key) {
      return absentAsUndefined(pathOf(key), () => readFile(pathOf(key)));
    },
    async getRange(key, range) {
      return absentAsUndefined(pathOf(key), () => readRange(pathOf(key), range));
    },
  };
}

async function absentAsUndefined<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw asFileError(error, `Reading ${path}`);
  }
}

async function readRange(path: string, range: RangeQuery): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const length = 'suffixLength' in range ? range.suffixLength : range.length;
    const offset = 'suffixLength' in range ? size - length : range.offset;
    if (offset < 0 || offset + length > size)
      throw new FascicleError(
        'bad-file',
        `${path} is too short: ${length} bytes at ${Math.max(0, offset)} are needed, it has ${size}. It is damaged or ` +
          `incomplete; copy it again from where it came.`,
      );
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw new FascicleError('bad-file', `${path} was cut while it was read.`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}
