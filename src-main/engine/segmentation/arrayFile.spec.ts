import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readArrayFile, writeArrayFile } from './arrayFile.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-arrays-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('array files', () => {
  it('give back every array, of any type and length', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint32Array(),
        fc.float64Array({ noNaN: true }),
        fc.bigUint64Array(),
        fc.uint8Array(),
        async (labels, scores, ids, bytes) => {
          const path = join(folder, 'arrays');
          await writeArrayFile(path, { bytes, labels, scores, ids });
          expect(await readArrayFile(path)).toEqual({ bytes, labels, scores, ids });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are refused when a byte is missing or changed', async () => {
    const path = join(folder, 'arrays');
    await writeArrayFile(path, { labels: Uint32Array.from({ length: 500 }, (_, i) => i * 7919) });
    const whole = readFileSync(path);
    for (const length of [0, 3, whole.length >> 1, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(readArrayFile(path)).rejects.toMatchObject({ kind: 'bad-file' });
    }
    const changed = Buffer.from(whole);
    changed[whole.length >> 1] ^= 0x10;
    writeFileSync(path, changed);
    await expect(readArrayFile(path)).rejects.toMatchObject({ kind: 'bad-file' });
  });
});
