import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { VolumeInfo } from '#volumes/volume.ts';

import { fingerprintOf, frozen } from './jobFiles.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fascicle-job-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('frozen', () => {
  it('decides once for the same inputs and again for others', async () => {
    let decided = 0;
    const decide = (inputs: unknown) => frozen(folder, 'block', inputs, () => Promise.resolve([++decided]));
    expect(await decide({ model: 'a' })).toEqual([1]);
    expect(await decide({ model: 'a' })).toEqual([1]);
    expect(await decide({ model: 'b' })).toEqual([2]);
  });
});

describe('fingerprintOf', () => {
  it('changes with the file behind the dataset', async () => {
    const path = join(folder, 'raw.h5');
    writeFileSync(path, 'one');
    const info = { source: `${path}:/raw`, dataset: '/raw', shape: [1, 2, 3] } as unknown as VolumeInfo;
    const before = await fingerprintOf(info);
    expect(before).toMatchObject({ file: { size: 3 } });
    utimesSync(path, 1, 1);
    expect(await fingerprintOf(info)).not.toEqual(before);
  });
});
