import type { FileHandle } from 'node:fs/promises';

import { FascicleError } from '#domain/errors.ts';

/** Reads up to `length` bytes at `offset`; fewer only where the file ends. */
export async function readUpTo(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** Reads exactly `length` bytes at `offset`; a file that ends earlier is a 'bad-file' error. */
export async function readExactly(handle: FileHandle, path: string, offset: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  // Checked before memory is taken: the numbers come from the file and may be anything.
  const inside =
    Number.isSafeInteger(offset) &&
    offset >= 0 &&
    Number.isSafeInteger(length) &&
    length >= 0 &&
    offset + length <= size;
  const bytes = inside ? await readUpTo(handle, offset, length) : null;
  if (bytes?.byteLength !== length)
    throw new FascicleError(
      'bad-file',
      `${path} is too short: ${length} bytes at ${offset} are needed, it has ${size}. It is damaged or incomplete; copy it ` +
        `again from where it came.`,
    );
  return bytes;
}
