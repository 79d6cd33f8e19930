import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { benchmarkIo } from './bench.ts';

it('measures every format and leaves nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fascicle-'));
  try {
    const rows = await benchmarkIo({ shape: [8, 16, 16], folder });
    expect(rows.map(({ name }) => name)).toEqual(
      ['uint8', 'uint32'].flatMap((type) =>
        ['hdf5', 'ome-zarr'].flatMap((format) =>
          ['write', 'read', 'readBlocksWithHalo'].map((way) => `${format}.${way}.${type}`),
        ),
      ),
    );
    expect(rows.every(({ megavoxelsPerSecond }) => megavoxelsPerSecond > 0)).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
