import { cp, mkdir, writeFile, rm, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isFascicleError } from '#domain/errors.ts';
import { boxOfShape } from '#domain/geometry.ts';
import { openVolume } from '#volumes/openVolume.ts';
import type { OpenOptions } from '#volumes/volume.ts';

import { fixtures, withFolder } from './support.ts';

describe('files that are refused', () => {
  it.each([
    ['missing.h5', {}, 'not-found', /missing\.h5.*no such file/],
    ['cremi.h5:/nothing', {}, 'not-found', /no dataset 'nothing'.*\/volumes\/raw \(5 x 7 x 9, uint8\)/],
    ['cremi.h5:/annotations/ids', {}, 'unsupported', /annotations\/ids.*shape 3.*Accepted/],
    ['filters.h5', {}, 'ambiguous', /\/big_endian.*\/contiguous.*filters\.h5:\/big_endian/],
    ['user_block.h5:/lzf', {}, 'unsupported', /packed with lzf.*Accepted: gzip/],
    ['filters.h5:/half', {}, 'unsupported', /<e.*Accepted/],
    ['filters.h5:/contiguous', { axes: 'zy' }, 'bad-request', /needs 3 axis letters/],
    ['filters.h5:/contiguous', { voxelSizeNm: [0, 1, 1] }, 'bad-request', /voxel size 0,1,1/],
    ['v3.zarr', {}, 'ambiguous', /\/zstd \(5 x 7 x 9, uint64\)/],
    ['v3.zarr:/nothing', {}, 'not-found', /no array 'nothing'.*\/sharded/],
    ['imagej.tif:/raw', {}, 'not-found', /one volume and no dataset 'raw'/],
    ['colour.tif', {}, 'unsupported', /colour image \(3 samples per pixel\).*Convert/],
    ['uneven.tif', {}, 'bad-file', /page 2 is 9 x 6 uint8, the first is 9 x 7 uint8/],
    ['make_fixtures.py', {}, 'unsupported', /make_fixtures\.py.*Accepted: HDF5/],
    ['png16/slice0.png', {}, 'unsupported', /Open the folder/],
  ] satisfies [string, OpenOptions, string, RegExp][])(
    '%s: says what is wrong and what is accepted',
    async (spec, options, kind, message) => {
      await expect(openVolume(join(fixtures, spec), options)).rejects.toMatchObject({
        kind,
        message: expect.stringMatching(message),
      });
    },
  );

  it.each(['a.h5', 'a.tif', 'a.nrrd', 'a.zip'])('an empty %s', async (name) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, name), '');
      await expect(openVolume(join(folder, name))).rejects.toMatchObject({ kind: 'bad-file', message: /is empty/ });
    });
  });

  it('an empty folder, and one of a pyramid whose level is missing', async () => {
    await withFolder(async (folder) => {
      await expect(openVolume(folder)).rejects.toMatchObject({ kind: 'unsupported' });
      await cp(join(fixtures, 'ome05.zarr'), join(folder, 'a.zarr'), { recursive: true });
      await rm(join(folder, 'a.zarr', 's1'), { recursive: true });
      await expect(openVolume(join(folder, 'a.zarr'))).rejects.toMatchObject({
        kind: 'bad-file',
        message: /'s1', which is missing/,
      });
    });
  });

  it('slices of different sizes, naming the odd one', async () => {
    await withFolder(async (folder) => {
      await cp(join(fixtures, 'tiffs'), folder, { recursive: true });
      await cp(join(fixtures, 'png8', 'slice0.png'), join(folder, 's03b.png'));
      await expect(openVolume(folder)).rejects.toMatchObject({
        kind: 'bad-file',
        message: /s03b\.png is 9 x 7 uint8.*s00\.tif, is 9 x 7 uint16/,
      });
    });
  });

  it.each([
    ['{', /not the JSON object/],
    ['[]', /not the JSON object/],
    ['{"zarr_format": 3, "node_type": "array", "shape": [5, -7, 9]}', /chunk grid/],
    ['{"zarr_format": 3, "node_type": "array", "shape": "x", "chunk_grid": {"name": "regular"}}', /shape "x"/],
  ])('Zarr metadata %s', async (text, message) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'zarr.json'), text);
      await expect(openVolume(folder)).rejects.toMatchObject({ message });
    });
  });
});

describe('truncated and damaged files', () => {
  const FILES = [
    ['cremi.h5', ':/volumes/labels/neuron_ids'],
    ['imagej.tif', ''],
    ['bigtiff.tif', ''],
    ['big_endian_lzw.tif', ''],
    ['tiled_float.tif', ''],
    ['channels.ome.tif', ''],
    ['gzip.nrrd', ''],
    ['raw.nrrd', ''],
  ] as const;

  it.each(FILES)('%s cut anywhere gives an error or the same voxels', async (name, dataset) => {
    const bytes = await readFile(join(fixtures, name));
    const intact = await readEverything(join(fixtures, name) + dataset);
    await withFolder(async (folder) => {
      const path = join(folder, name);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: bytes.byteLength - 1 }), async (length) => {
          await writeFile(path, bytes.subarray(0, length));
          await expectErrorOr(intact, path + dataset);
        }),
        { numRuns: 60 },
      );
    });
  });

  it.each([
    'v2.zarr/none',
    'v2.zarr/gzip',
    'v2.zarr/zlib',
    'v2.zarr/zstd',
    'v2.zarr/blosc',
    'v3.zarr/zstd',
    'v3.zarr/sharded',
  ])('a chunk of %s cut anywhere gives an error', async (name) => {
    await withFolder(async (folder) => {
      await cp(join(fixtures, name), folder, { recursive: true });
      const chunk = join(folder, name.startsWith('v2') ? '0.0.0' : 'c/0/0/0');
      const bytes = await readFile(chunk);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: bytes.byteLength - 1 }), async (length) => {
          await writeFile(chunk, bytes.subarray(0, length));
          await expect(readEverything(folder)).rejects.toMatchObject({ kind: 'bad-file' });
        }),
        { numRuns: 20 },
      );
    });
  });

  it.each(['v3.zarr/zstd', 'v3.zarr/sharded'])('a flipped bit in a checked chunk of %s is found', async (name) => {
    await withFolder(async (folder) => {
      await cp(join(fixtures, name), folder, { recursive: true });
      const chunk = join(folder, 'c/0/0/0');
      const bytes = await readFile(chunk);
      // The last bytes are the checksum of the chunk, or of the index of the shard.
      bytes[bytes.byteLength - 6]! ^= 1;
      await writeFile(chunk, bytes);
      await expect(readEverything(folder)).rejects.toMatchObject({ kind: 'bad-file' });
    });
  });

  it('cut PNG slices', async () => {
    const bytes = await readFile(join(fixtures, 'png16', 'slice10.png'));
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'slices'));
      await cp(join(fixtures, 'png16'), join(folder, 'slices'), { recursive: true });
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: bytes.byteLength - 13 }), async (length) => {
          await writeFile(join(folder, 'slices', 'slice10.png'), bytes.subarray(0, length));
          await expect(readEverything(join(folder, 'slices'))).rejects.toMatchObject({ kind: 'bad-file' });
        }),
        { numRuns: 40 },
      );
    });
  });

  it('random bytes after a valid start never crash', async () => {
    await withFolder(async (folder) => {
      for (const [name, dataset] of FILES) {
        const bytes = await readFile(join(fixtures, name));
        await fc.assert(
          fc.asyncProperty(
            fc.integer({ min: 8, max: bytes.byteLength - 1 }),
            fc.uint8Array({ minLength: 1, maxLength: 8 }),
            async (at, noise) => {
              const damaged = Buffer.from(bytes);
              damaged.set(noise.subarray(0, bytes.byteLength - at), at);
              await writeFile(join(folder, name), damaged);
              await expectErrorOr(null, join(folder, name) + dataset);
            },
          ),
          { numRuns: 25 },
        );
      }
    });
  });
});

async function readEverything(spec: string): Promise<(number | bigint)[]> {
  const reader = await openVolume(spec);
  try {
    const voxels: (number | bigint)[] = [];
    for (let channel = 0; channel < reader.info.channels; channel++)
      voxels.push(...(await reader.read(boxOfShape(reader.info.shape), { channel })));
    return voxels;
  } finally {
    await reader.close();
  }
}

/** Reading fails with an error of the family, or gives `expected`; with null any voxels will do. */
async function expectErrorOr(expected: (number | bigint)[] | null, spec: string): Promise<void> {
  let voxels: (number | bigint)[];
  try {
    voxels = await readEverything(spec);
  } catch (error) {
    if (!isFascicleError(error)) throw error;
    return;
  }
  if (expected !== null) expect(voxels).toEqual(expected);
}
