import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { blocksCovering, boxOfShape, boxShape, type Zyx } from '#domain/geometry.ts';
import { copyVolume } from '#volumes/copyVolume.ts';
import { createVolume } from '#volumes/createVolume.ts';
import { createHdf5File, createHdf5Volume } from '#volumes/hdf5/index.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { cutRegion } from '#volumes/regions.ts';
import { createTiffVolume } from '#volumes/tiff/index.ts';
import type { VolumeWriter, VoxelArray, VoxelType } from '#volumes/volume.ts';
import { VOXEL_TYPES } from '#volumes/voxelTypes.ts';
import { createOmeZarrVolume } from '#volumes/zarr/index.ts';

import { patterned, readVolume, withFolder } from './support.ts';

const extent = fc.integer({ min: 1, max: 12 });
const shapes = fc.tuple(extent, extent, extent);
const types = fc.constantFrom(...VOXEL_TYPES);
const NARROW = VOXEL_TYPES.filter((type) => !['uint64', 'int64', 'float64'].includes(type));

/** Writes a channel in boxes of the writer's chunks, several slices of chunks at a time. */
async function writeBlocks(
  writer: VolumeWriter,
  shape: Zyx,
  channels: readonly VoxelArray[],
  block: Zyx,
): Promise<void> {
  for (const [channel, voxels] of channels.entries())
    for (const box of blocksCovering(boxOfShape(shape), block))
      await writer.write(box, cutRegion({ voxels, box: boxOfShape(shape) }, box), { channel });
}

describe('what is written is read back', () => {
  it('HDF5: any type, shape, chunk, number of channels and packing', async () => {
    await withFolder((folder) =>
      fc.assert(
        fc.asyncProperty(
          types,
          shapes,
          shapes,
          fc.integer({ min: 1, max: 3 }),
          fc.integer({ min: 0, max: 2 }),
          async (type, shape, chunkShape, count, gzipLevel) => {
            const path = join(folder, 'a.h5');
            const channels = Array.from({ length: count }, (_, seed) => patterned(type, shape, seed));
            const spec = {
              dataset: 'group/volume',
              shape,
              type,
              channels: count,
              chunkShape,
              gzipLevel,
              voxelSizeNm: [40, 4, 4] as Zyx,
            };
            const writer = await createHdf5Volume(path, spec);
            await writeBlocks(writer, shape, channels, [3, 5, 7]);
            await writer.finish();
            await expectVolume(path, { type, shape, channels, voxelSizeNm: [40, 4, 4] });
          },
        ),
        { numRuns: 40 },
      ),
    );
  });

  it('OME-Zarr: any type, shape, chunk and number of channels', async () => {
    await withFolder((folder) =>
      fc.assert(
        fc.asyncProperty(
          types,
          shapes,
          fc.integer({ min: 3, max: 9 }),
          fc.integer({ min: 1, max: 3 }),
          async (type, shape, chunk, count) => {
            const path = join(folder, 'a.zarr');
            const channels = Array.from({ length: count }, (_, seed) => patterned(type, shape, seed));
            const spec = {
              shape,
              type,
              channels: count,
              chunk,
              voxelSizeNm: [40, 4, 4] as Zyx,
              kind: 'image' as const,
            };
            const writer = await createOmeZarrVolume(path, spec);
            await writeBlocks(writer, shape, channels, [2 * chunk, chunk, 3 * chunk]);
            await writer.finish();
            await expectVolume(path, { type, shape, channels, voxelSizeNm: [40, 4, 4] });
          },
        ),
        { numRuns: 25 },
      ),
    );
  });

  it('TIFF: any type up to 32 bits, packed or not', async () => {
    await withFolder((folder) =>
      fc.assert(
        fc.asyncProperty(fc.constantFrom(...NARROW), shapes, fc.boolean(), async (type, shape, compress) => {
          const path = join(folder, 'a.tif');
          const voxels = patterned(type, shape);
          const writer = await createTiffVolume(path, { shape, type, compress, voxelSizeNm: [30, 6, 6] });
          await writeBlocks(writer, shape, [voxels], [5, shape[1], shape[2]]);
          await writer.finish();
          await expectVolume(path, { type, shape, channels: [voxels], voxelSizeNm: [30, 6, 6] });
        }),
        { numRuns: 40 },
      ),
    );
  });

  it('several datasets in one HDF5 file', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'a.h5');
      const shape: Zyx = [3, 4, 5];
      const file = await createHdf5File(path);
      const raw = file.addDataset({ dataset: 'raw', shape, type: 'uint8', voxelSizeNm: null });
      const labels = file.addDataset({ dataset: 'labels', shape, type: 'uint64', voxelSizeNm: null });
      await raw.write(boxOfShape(shape), patterned('uint8', shape));
      await labels.write(boxOfShape(shape), patterned('uint64', shape));
      await file.finish();
      const read = async (role: 'image' | 'labels') => readVolume(path, { role });
      expect(await read('image')).toEqual(patterned('uint8', shape));
      expect(await read('labels')).toEqual(patterned('uint64', shape));
    });
  });

  it('ids above 2^53 pass through every format that holds 64 bits', async () => {
    await withFolder(async (folder) => {
      const shape: Zyx = [6, 7, 8];
      const ids = BigUint64Array.from({ length: 336 }, (_, index) => 2n ** 64n - 1n - BigInt(index));
      let spec = join(folder, 'start.h5:/ids');
      const writer = await createVolume(spec, { shape, type: 'uint64', voxelSizeNm: null, role: 'labels' });
      await writer.write(boxOfShape(shape), ids);
      await writer.finish();
      for (const name of ['a.zarr', 'b.h5', 'c.zarr']) {
        const reader = await openVolume(spec, { role: 'labels' });
        spec = join(folder, name);
        const next = await createVolume(spec, { ...reader.info, role: 'labels' });
        await copyVolume(reader, next, { maxBytes: 500 });
        await next.finish();
        await reader.close();
        expect(await readVolume(spec, { role: 'labels' })).toEqual(ids);
      }
    });
  });
});

interface Expected {
  readonly type: VoxelType;
  readonly shape: Zyx;
  readonly channels: readonly VoxelArray[];
  readonly voxelSizeNm: Zyx;
}

async function expectVolume(path: string, { type, shape, channels, voxelSizeNm }: Expected): Promise<void> {
  const reader = await openVolume(path);
  expect(reader.info).toMatchObject({ type, shape, channels: channels.length, voxelSizeNm });
  for (const [channel, voxels] of channels.entries()) {
    expect(await reader.read(boxOfShape(shape), { channel })).toEqual(voxels);
    const part = { min: [shape[0] >> 1, shape[1] >> 1, shape[2] >> 1], max: shape } as const;
    expect(await reader.read(part, { channel })).toEqual(cutRegion({ voxels, box: boxOfShape(shape) }, part));
    expect(boxShape(part).every((length) => length > 0)).toBe(true);
  }
  await reader.close();
}
