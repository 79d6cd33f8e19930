import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { boxOfShape, type Box, type Zyx } from '#domain/geometry.ts';
import { describeVolume, openVolume } from '#volumes/openVolume.ts';
import type { OpenOptions } from '#volumes/volume.ts';

import { cropOf, fixtures } from './support.ts';

const SHAPE: Zyx = [5, 7, 9];
const WIDE = 2n ** 60n;
const SIZE = [40, 4, 4];

/** What make_fixtures.py stores everywhere. */
function base(channel: number, wide: boolean): number[] | bigint[] {
  const values: number[] = [];
  for (let z = 0; z < SHAPE[0]; z++)
    for (let y = 0; y < SHAPE[1]; y++)
      for (let x = 0; x < SHAPE[2]; x++) values.push(((59 * z + 17 * y + 3 * x) % 251) + 5 * channel);
  return wide ? values.map((value) => BigInt(value) + WIDE) : values;
}

interface Case {
  readonly spec: string;
  readonly format: string;
  readonly type: string;
  readonly options?: OpenOptions;
  readonly voxelSizeNm?: readonly number[];
  readonly channels?: number;
  readonly storedAxes?: string;
}

const CASES: readonly Case[] = [
  { spec: 'cremi.h5', format: 'hdf5', type: 'uint8', voxelSizeNm: SIZE },
  { spec: 'cremi.h5', format: 'hdf5', type: 'uint64', voxelSizeNm: SIZE, options: { role: 'labels' } },
  { spec: 'cremi.h5:/volumes/labels/neuron_ids', format: 'hdf5', type: 'uint64', voxelSizeNm: SIZE },
  { spec: 'filters.h5:/big_endian', format: 'hdf5', type: 'uint16' },
  { spec: 'filters.h5:/contiguous', format: 'hdf5', type: 'float32' },
  { spec: 'filters.h5:/xyz', format: 'hdf5', type: 'uint16', voxelSizeNm: SIZE, storedAxes: 'xyz' },
  { spec: 'user_block.h5', format: 'hdf5', type: 'uint8' },
  { spec: 'affinities.h5', format: 'hdf5', type: 'float32', channels: 3, storedAxes: 'czyx' },
  { spec: 'v2.zarr:/none', format: 'zarr2', type: 'uint16' },
  { spec: 'v2.zarr:/gzip', format: 'zarr2', type: 'uint64' },
  { spec: 'v2.zarr:/zlib', format: 'zarr2', type: 'int32' },
  { spec: 'v2.zarr:/zstd', format: 'zarr2', type: 'float32' },
  { spec: 'v2.zarr:/blosc', format: 'zarr2', type: 'uint32' },
  { spec: 'v3.zarr:/zstd', format: 'zarr3', type: 'uint64' },
  { spec: 'v3.zarr/gzip', format: 'zarr3', type: 'uint16' },
  { spec: 'v3.zarr/blosc', format: 'zarr3', type: 'float32' },
  { spec: 'v3.zarr/big', format: 'zarr3', type: 'int32' },
  { spec: 'v3.zarr/sharded', format: 'zarr3', type: 'uint64' },
  { spec: 'ome04.zarr', format: 'ome-zarr', type: 'uint16', channels: 2, voxelSizeNm: SIZE, storedAxes: 'czyx' },
  { spec: 'ome05.zarr', format: 'ome-zarr', type: 'uint16', channels: 2, voxelSizeNm: SIZE, storedAxes: 'czyx' },
  { spec: 'ome05.zarr/s0', format: 'ome-zarr', type: 'uint16', channels: 2, voxelSizeNm: SIZE, storedAxes: 'czyx' },
  { spec: 'imagej.tif', format: 'tiff', type: 'uint16', voxelSizeNm: SIZE },
  { spec: 'bigtiff.tif', format: 'tiff', type: 'uint32' },
  { spec: 'big_endian_lzw.tif', format: 'tiff', type: 'uint16' },
  { spec: 'tiled_float.tif', format: 'tiff', type: 'float32' },
  { spec: 'packbits.tif', format: 'tiff', type: 'uint8' },
  { spec: 'zstd_uint64.tif', format: 'tiff', type: 'uint64' },
  { spec: 'channels.ome.tif', format: 'tiff', type: 'uint8', channels: 2, voxelSizeNm: SIZE, storedAxes: 'czyx' },
  { spec: 'gzip.nrrd', format: 'nrrd', type: 'uint64', voxelSizeNm: SIZE },
  { spec: 'raw.nrrd', format: 'nrrd', type: 'float32', voxelSizeNm: SIZE },
  { spec: 'detached.nhdr', format: 'nrrd', type: 'int16' },
  { spec: 'vectors.nrrd', format: 'nrrd', type: 'uint16', channels: 3, voxelSizeNm: SIZE, storedAxes: 'zyxc' },
  { spec: 'png16', format: 'slices', type: 'uint16' },
  { spec: 'png8', format: 'slices', type: 'uint8', voxelSizeNm: SIZE },
  { spec: 'tiffs', format: 'slices', type: 'uint16' },
];

const coordinate = (extent: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: extent }), fc.integer({ min: 0, max: extent }))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
const boxes = fc
  .tuple(coordinate(SHAPE[0]), coordinate(SHAPE[1]), coordinate(SHAPE[2]))
  .map(([z, y, x]): Box => ({ min: [z[0]!, y[0]!, x[0]!], max: [z[1]!, y[1]!, x[1]!] }));

describe.each(CASES)('$spec ($type)', ({ spec, format, type, options, voxelSizeNm, channels, storedAxes }) => {
  it('is described as the program that wrote it meant it', async () => {
    const reader = await openVolume(join(fixtures, spec), options);
    expect(reader.info).toMatchObject({
      format,
      type,
      shape: SHAPE,
      channels: channels ?? 1,
      voxelSizeNm: voxelSizeNm ?? null,
      storedAxes: storedAxes ?? 'zyx',
    });
    await reader.close();
  });

  it('gives the right voxels for any box', async () => {
    const reader = await openVolume(join(fixtures, spec), options);
    for (let channel = 0; channel < (channels ?? 1); channel++) {
      const whole = await reader.read(boxOfShape(SHAPE), { channel });
      expect([...whole]).toEqual(base(channel, type === 'uint64'));
      await fc.assert(
        fc.asyncProperty(boxes, async (box) => {
          expect([...(await reader.read(box, { channel }))]).toEqual(cropOf(whole, SHAPE, box));
        }),
        { numRuns: 25 },
      );
    }
    await reader.close();
  });
});

describe('what other programs store besides', () => {
  it('reads booleans as 0 and 1', async () => {
    for (const spec of ['filters.h5:/mask', 'v2.zarr:/mask']) {
      const reader = await openVolume(join(fixtures, spec));
      const expected = (base(0, false) as number[]).map((value) => Number(value > 100));
      expect([...(await reader.read(boxOfShape(SHAPE)))]).toEqual(expected);
      await reader.close();
    }
  });

  it('fills chunks that are not stored', async () => {
    const reader = await openVolume(join(fixtures, 'v3.zarr/sparse'));
    expect([...(await reader.read({ min: [2, 3, 3], max: [4, 5, 6] }))]).toEqual([
      178, 181, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    ]);
    await reader.close();
  });

  it('opens the level of a pyramid that is named, with its own voxel size', async () => {
    const reader = await openVolume(join(fixtures, 'ome05.zarr:/s1'));
    expect(reader.info).toMatchObject({ shape: [5, 4, 5], voxelSizeNm: [40, 8, 8], dataset: 's1' });
    await reader.close();
  });

  it('lets the user name axes and voxel size', async () => {
    const reader = await openVolume(join(fixtures, 'bigtiff.tif'), { voxelSizeNm: [30, 6, 6] });
    expect(reader.info.voxelSizeNm).toEqual([30, 6, 6]);
    await reader.close();
    const turned = await openVolume(join(fixtures, 'filters.h5:/contiguous'), { axes: 'xyz' });
    expect(turned.info).toMatchObject({ shape: [9, 7, 5], storedAxes: 'xyz' });
    await turned.close();
  });
});

describe('describeVolume', () => {
  it('lists datasets, readable or not, and what opens', async () => {
    const description = await describeVolume(join(fixtures, 'cremi.h5'));
    expect(description).toMatchObject({ format: 'hdf5', opens: 'volumes/raw', problem: null });
    expect(description.datasets.map(({ name, type, shape }) => [name, type, shape])).toEqual([
      ['annotations/ids', 'uint64', null],
      ['volumes/labels/neuron_ids', 'uint64', SHAPE],
      ['volumes/raw', 'uint8', SHAPE],
    ]);
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it('says why nothing opens by default', async () => {
    const description = await describeVolume(join(fixtures, 'filters.h5'));
    expect(description.opens).toBeNull();
    expect(description.problem).toMatch(/several datasets.*\/big_endian.*Name one after a colon/);
  });

  it('lists the levels of a pyramid', async () => {
    const description = await describeVolume(join(fixtures, 'ome04.zarr'));
    expect(description).toMatchObject({ format: 'ome-zarr', opens: 's0' });
    expect(description.datasets.map(({ name, voxelSizeNm }) => [name, voxelSizeNm])).toEqual([
      ['s0', [40, 4, 4]],
      ['s1', [40, 8, 8]],
    ]);
  });

  it.each(['imagej.tif', 'gzip.nrrd', 'png16', 'affinities.h5', 'v3.zarr/sharded'])('describes %s', async (spec) => {
    const description = await describeVolume(join(fixtures, spec));
    expect(description.datasets[0]).toMatchObject({ shape: SHAPE });
    expect(description.opens).toBe(description.datasets[0]!.name);
  });
});
