import { createHash, type Hash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';

import { readExactly } from './exactRead.ts';
import { withFileErrors } from './fileErrors.ts';

const SAMPLES = 64;
const SAMPLE_BYTES = 64 * 1024;
/** Small files that say what the rest means: they are hashed whole. */
const METADATA_NAMES = new Set(['zarr.json', '.zarray', '.zgroup', '.zattrs']);
const MAX_METADATA_BYTES = 2 ** 20;

/**
 * A fingerprint of the content of a volume on disk, by which a project finds out that its source is another one than
 * before. It does not depend on the path or on times, and costs a few megabytes of reading whatever the size:
 *
 * - of a file, SHA-256 over its size and 64 blocks of 64 KiB, the first and the last among them, evenly spread;
 * - of a folder, SHA-256 over the sorted relative names of all files, the metadata files of Zarr, and of 64 evenly spread
 *   files the size, the first and the last 64 KiB.
 *
 * A change inside a block that is not sampled goes unnoticed: this tells volumes apart, it does not prove them unharmed.
 *
 * @param path a file or folder, without a dataset
 */
export async function fingerprintVolume(path: string): Promise<string> {
  return withFileErrors(`Reading ${path}`, async () => {
    const hash = createHash('sha256');
    const status = await stat(path);
    if (status.isDirectory()) await hashFolder(hash, path);
    else await hashFile(hash, path, SAMPLES);
    return `sampled-sha256:${hash.digest('hex')}`;
  });
}

async function hashFolder(hash: Hash, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted();
  for (const name of names) hash.update(`${name}\n`);
  const sampled = new Set(spread(names.length, SAMPLES).map((index) => names[index]!));
  for (const name of names) {
    const path = join(folder, name);
    const isMetadata = METADATA_NAMES.has(basename(name)) && (await stat(path)).size <= MAX_METADATA_BYTES;
    if (isMetadata) await hashFile(hash, path, Number.POSITIVE_INFINITY);
    else if (sampled.has(name)) await hashFile(hash, path, 2);
  }
}

/** Adds the size of a file and up to `samples` blocks of it. */
async function hashFile(hash: Hash, path: string, samples: number): Promise<void> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    hash.update(`${size}\n`);
    const blocks = Math.ceil(size / SAMPLE_BYTES);
    for (const block of spread(blocks, samples)) {
      // The last block ends with the file, so that appended and cut bytes are seen.
      const offset = Math.max(0, Math.min(block * SAMPLE_BYTES, size - SAMPLE_BYTES));
      hash.update(await readExactly(handle, path, offset, Math.min(SAMPLE_BYTES, size)));
    }
  } finally {
    await handle.close();
  }
}

/** Up to `count` indices below `length`, evenly spread, the first and the last among them. */
function spread(length: number, count: number): number[] {
  if (length <= count) return Array.from({ length }, (_, index) => index);
  return Array.from({ length: count }, (_, index) => Math.round((index * (length - 1)) / (count - 1)));
}
