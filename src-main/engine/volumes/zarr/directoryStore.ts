import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AsyncReadable, RangeQuery } from 'zarrita';

import { readExactly } from '../exactRead.ts';
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
    if (!('suffixLength' in range)) return await readExactly(handle, path, range.offset, range.length);
    const { size } = await handle.stat();
    return await readExactly(handle, path, size - range.suffixLength, range.suffixLength);
  } finally {
    await handle.close();
  }
}
