import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { nanometresPer, sidecarVoxelSize, validVoxelSize } from './voxelSize.ts';

describe('nanometresPer', () => {
  it.each([
    ['nm', 1],
    ['um', 1000],
    ['µm', 1000],
    ['micron', 1000],
    ['Micrometer', 1000],
    ['\\u00B5m', 1000],
    ['mm', 1e6],
    ['angstrom', 0.1],
    ['pixel', null],
    ['', null],
  ])('reads %j as %j', (unit, nanometres) => {
    expect(nanometresPer(unit)).toBe(nanometres);
  });
});

describe('validVoxelSize', () => {
  it('removes the noise of units and refuses what is no size', () => {
    expect(validVoxelSize([0.04 * 1000, 0.004 * 1000, 4.000000000000001])).toEqual([40, 4, 4]);
    expect(validVoxelSize([1, 0, 1])).toBeNull();
    expect(validVoxelSize([1, Number.NaN, 1])).toBeNull();
    expect(validVoxelSize([1, 1])).toBeNull();
  });
});

describe('sidecarVoxelSize', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fascicle-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('reads the file beside the volume', async () => {
    await writeFile(join(folder, 'a.json'), '{"voxel_size_nm_zyx": [30, 6, 6]}');
    expect(await sidecarVoxelSize(join(folder, 'a.h5'))).toEqual([30, 6, 6]);
  });

  it('takes a JSON file of something else for nothing', async () => {
    await writeFile(join(folder, 'a.json'), '[1, 2');
    expect(await sidecarVoxelSize(join(folder, 'a.h5'))).toBeNull();
    expect(await sidecarVoxelSize(join(folder, 'b.h5'))).toBeNull();
  });

  it('names the file and the entry where the size is not usable', async () => {
    await writeFile(join(folder, 'a.json'), '{"voxel_size_nm_zyx": [30, -6, 6]}');
    await expect(sidecarVoxelSize(join(folder, 'a.h5'))).rejects.toMatchObject({
      kind: 'bad-file',
      message: expect.stringMatching(/a\.json: voxel_size_nm_zyx is \[30,-6,6\]/),
    });
  });
});
