import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { boxOfShape, type Zyx } from '#domain/geometry.ts';
import { createVolume, type NewVolume } from '#volumes/createVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { patterned, readVolume, withFolder } from './support.ts';

const SHAPE: Zyx = [6, 70, 80];
const VOLUME: NewVolume = { shape: SHAPE, type: 'uint16', voxelSizeNm: [40, 4, 4], role: 'labels' };
const NAMES = ['a.h5', 'a.zarr', 'a.tif'];

describe.each(NAMES)('%s appears complete or not at all', (name) => {
  it('is not there before it is finished', async () => {
    await withFolder(async (folder) => {
      const writer = await createVolume(join(folder, name), VOLUME);
      await writer.write(boxOfShape(SHAPE), patterned('uint16', SHAPE));
      expect(await readdir(folder)).toEqual([`${name}.partial`]);
      await writer.finish();
      expect(await readdir(folder)).toEqual([name]);
    });
  });

  it('leaves nothing behind when it is discarded, twice even', async () => {
    await withFolder(async (folder) => {
      const writer = await createVolume(join(folder, name), VOLUME);
      await writer.write(boxOfShape(SHAPE), patterned('uint16', SHAPE));
      await writer.discard();
      await writer.discard();
      expect(await readdir(folder)).toEqual([]);
    });
  });

  it('replaces an older volume only when it is finished', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, name);
      for (const seed of [1, 2]) {
        const writer = await createVolume(path, VOLUME);
        await writer.write(boxOfShape(SHAPE), patterned('uint16', SHAPE, seed));
        if (seed === 2) expect(await readVolume(path, { role: 'labels' })).toEqual(patterned('uint16', SHAPE, 1));
        await writer.finish();
      }
      expect(await readVolume(path, { role: 'labels' })).toEqual(patterned('uint16', SHAPE, 2));
      expect(await readdir(folder)).toEqual([name]);
    });
  });

  it('is absent after kill -9, and the next run succeeds over the remains', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, name);
      const child = fork(join(import.meta.dirname, 'writeForever.ts'), [path], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      await once(child, 'message');
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await readdir(folder)).toEqual([`${name}.partial`]);
      await expect(openVolume(path)).rejects.toMatchObject({ kind: 'not-found' });
      const writer = await createVolume(path, VOLUME);
      await writer.write(boxOfShape(SHAPE), patterned('uint16', SHAPE));
      await writer.finish();
      expect(await readdir(folder)).toEqual([name]);
      expect(await readVolume(path, { role: 'labels' })).toEqual(patterned('uint16', SHAPE));
    });
  });

  it('cannot be made in a folder that does not exist', async () => {
    await withFolder(async (folder) => {
      const make = async (): Promise<void> => {
        const writer = await createVolume(join(folder, 'missing', name), VOLUME);
        await writer.discard();
      };
      await expect(make()).rejects.toMatchObject({ message: expect.stringContaining('missing') });
      expect(await readdir(folder)).toEqual([]);
    });
  });

  it('refuses voxels of another type, number or place', async () => {
    await withFolder(async (folder) => {
      const writer = await createVolume(join(folder, name), VOLUME);
      const box = boxOfShape(SHAPE);
      const wrong: Promise<void>[] = [
        writer.write(box, patterned('uint8', SHAPE)),
        writer.write(box, patterned('uint16', [1, 2, 3])),
        writer.write({ min: [0, 0, 0], max: [6, 70, 81] }, patterned('uint16', [6, 70, 81])),
        writer.write(box, patterned('uint16', SHAPE), { channel: 1 }),
      ];
      for (const attempt of wrong) await expect(attempt).rejects.toMatchObject({ kind: 'bad-request' });
      await writer.discard();
    });
  });
});

describe('volumes that cannot be written', () => {
  it.each([
    ['a.xyz', VOLUME, 'unsupported', /Accepted: \.h5/],
    ['a.tif', { ...VOLUME, type: 'uint64' }, 'unsupported', /uint64 is not written to TIFF.*HDF5 or OME-Zarr/],
    ['a.tif', { ...VOLUME, channels: 3 }, 'unsupported', /3 channels/],
    ['a.h5', { ...VOLUME, shape: [0, 1, 1] }, 'bad-request', /0 x 1 x 1/],
    ['a.zarr', { ...VOLUME, shape: [1, -1, 1] }, 'bad-request', /1 x -1 x 1/],
  ] satisfies [string, NewVolume, string, RegExp][])('%s: says why', async (name, volume, kind, message) => {
    await withFolder(async (folder) => {
      await expect(createVolume(join(folder, name), volume)).rejects.toMatchObject({
        kind,
        message: expect.stringMatching(message),
      });
      expect(await readdir(folder)).toEqual([]);
    });
  });

  it('does not replace a folder that is no Zarr volume', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'a.zarr'));
      await writeFile(join(folder, 'a.zarr', 'thesis.txt'), 'years of work');
      await expect(createVolume(join(folder, 'a.zarr'), VOLUME)).rejects.toMatchObject({ kind: 'storage' });
      expect(readFileSync(join(folder, 'a.zarr', 'thesis.txt'), 'utf8')).toBe('years of work');
    });
  });

  it('does not finish a TIFF stack that lacks slices', async () => {
    await withFolder(async (folder) => {
      const writer = await createVolume(join(folder, 'a.tif'), VOLUME);
      await writer.write({ min: [0, 0, 0], max: [2, 70, 80] }, patterned('uint16', [2, 70, 80]));
      await expect(writer.finish()).rejects.toMatchObject({ kind: 'bad-request', message: /2 of 6 slices/ });
      expect(await readdir(folder)).toEqual([]);
    });
  });
});
