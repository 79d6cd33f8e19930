import { open } from 'node:fs/promises';

import { readUpTo } from './exactRead.ts';

/** The first bytes of a file, fewer where it is shorter. */
export async function readHead(path: string, length: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return await readUpTo(handle, 0, Math.min(length, size));
  } finally {
    await handle.close();
  }
}
