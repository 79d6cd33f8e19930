import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { readWhole } from '../copyVolume.ts';
import { TAGS } from './directory.ts';
import { encodeDirectory, headerOf, type TiffField } from './encodeDirectory.ts';
import { openTiff } from './reader.ts';

// The writer takes BigTIFF for volumes that are too large for a test; here is a small one.
it.each([false, true])('makes files that are read again (BigTIFF: %s)', async (isBigTiff) => {
  const folder = await mkdtemp(join(tmpdir(), 'fascicle-'));
  try {
    const header = headerOf(isBigTiff);
    const strips = [Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(7, 8, 9, 10)];
    const offsets = [header.bytes.length, header.bytes.length + 6];
    const fields: TiffField[] = [
      { tag: TAGS.stripByteCounts, type: 'offset', values: [6, 4] },
      { tag: TAGS.imageWidth, type: 'long', values: [2] },
      { tag: TAGS.imageLength, type: 'long', values: [5] },
      { tag: TAGS.bitsPerSample, type: 'short', values: [8] },
      { tag: TAGS.rowsPerStrip, type: 'long', values: [3] },
      { tag: TAGS.stripOffsets, type: 'offset', values: offsets },
      { tag: TAGS.imageDescription, type: 'ascii', values: 'ImageJ=1\nimages=1\nunit=nm\nspacing=7\n' },
      { tag: TAGS.xResolution, type: 'rational', values: [1 / 6] },
      { tag: TAGS.yResolution, type: 'rational', values: [1 / 0.35] },
    ];
    const start = header.bytes.length + 10;
    const directory = encodeDirectory(fields, start, isBigTiff);
    header.bytes.set(directory.pointerTo(start), header.linkOffset);
    const path = join(folder, 'a.tif');
    await writeFile(path, Buffer.concat([header.bytes, ...strips, directory.bytes]));
    const reader = await openTiff(path);
    expect(reader.info).toMatchObject({ shape: [1, 5, 2], voxelSizeNm: [7, 0.35, 6] });
    expect(await readWhole(reader)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    await reader.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
