import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { boxOfShape, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { paintPhantomAffinities } from '#native/phantom.ts';
import { createHdf5File } from '#volumes/hdf5/index.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { jsonHere, runHere } from '../../helpers/fascicle.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

/** What several networks say of one volume, as one. */

const folder = temporaryFolder();
const SHAPE: Zyx = [10, 40, 48];
const VOXELS = voxelCount(SHAPE);

let file: string;
let first: Uint8Array;
let second: Uint8Array;
const at = (dataset: string) => `${file}:/${dataset}`;
const out = (name: string) => join(folder, name);

beforeAll(async () => {
  file = join(folder, 'networks.h5');
  const paint = async (seed: number) => {
    const affinities = new Uint8Array(3 * VOXELS);
    await paintPhantomAffinities({ seed }, { origin: [0, 0, 0], shape: SHAPE, affinities }, { threads: 1 });
    return affinities;
  };
  [first, second] = [await paint(4), await paint(5)];
  const writer = await createHdf5File(file);
  const add = async (dataset: string, shape: Zyx, values: Uint8Array | Float32Array) => {
    const channels = values.length / voxelCount(shape);
    const type = values instanceof Uint8Array ? 'uint8' : 'float32';
    const volume = writer.addDataset({ dataset, shape, type, voxelSizeNm: [30, 8, 8], channels });
    const length = voxelCount(shape);
    for (let channel = 0; channel < channels; channel++)
      await volume.write(boxOfShape(shape), values.slice(channel * length, (channel + 1) * length), { channel });
  };
  await add('first', SHAPE, first);
  await add('second', SHAPE, second);
  await add(
    'second-float',
    SHAPE,
    Float32Array.from(second, (value) => value / 255),
  );
  await add('mean', SHAPE, meanBytes());
  await add('foreground', SHAPE, first.slice(0, VOXELS));
  await add('other-foreground', SHAPE, second.slice(0, VOXELS));
  await add('logits', SHAPE, new Float32Array(3 * VOXELS).fill(-4));
  await add('smaller', [10, 40, 40], new Uint8Array(3 * 10 * 40 * 40));
  await writer.finish();
});

function meanBytes(): Uint8Array {
  return first.map((value, i) => {
    const sum = value + second[i];
    const half = sum >> 1;
    return sum % 2 === 0 || half % 2 === 0 ? half : half + 1;
  });
}

async function channelsOf(path: string): Promise<number[][]> {
  const reader = await openVolume(path, { role: 'affinities' });
  try {
    const channels: number[][] = [];
    for (let channel = 0; channel < reader.info.channels; channel++)
      channels.push([...((await readWhole(reader, { channel })) as Uint8Array)]);
    return channels;
  } finally {
    await reader.close();
  }
}

describe('fascicle average', () => {
  it.each(['mean.zarr', 'mean.h5'])(
    'writes the mean of affinities as %s, with the voxel size of the first',
    async (name) => {
      const report = await jsonHere('average', at('first'), at('second'), '--out', out(name));
      expect(report).toEqual({ out: out(name), volumes: 2, shape: SHAPE, channels: 3, type: 'uint8' });
      const mean = meanBytes();
      expect(await channelsOf(out(name))).toEqual(
        [0, 1, 2].map((c) => [...mean.subarray(c * VOXELS, (c + 1) * VOXELS)]),
      );
      const reader = await openVolume(out(name), { role: 'affinities' });
      await reader.close();
      expect(reader.info.voxelSizeNm).toEqual([30, 8, 8]);
    },
  );

  it('is segmented as any affinities are', async () => {
    const hashOf = async (project: string, affinities: string) => {
      await jsonHere('segment', at('foreground'), '--affinities', affinities, '--project', out(project));
      return jsonHere<{ labels: string; graph: string }>('hash', out(project));
    };
    await jsonHere('average', at('first'), at('second'), '--out', out('to-segment.zarr'));
    const { labels, graph } = await hashOf('of-the-mean', out('to-segment.zarr'));
    expect(await hashOf('by-hand', at('mean'))).toMatchObject({ labels, graph });
  });

  it('takes bytes and floating point together, and a foreground of one channel', async () => {
    const mixed = await jsonHere('average', at('first'), at('second-float'), '--out', out('mixed.h5'));
    expect(mixed).toMatchObject({ channels: 3, type: 'float32' });
    const [alongZ] = await channelsOf(out('mixed.h5'));
    for (const i of [0, 999, VOXELS - 1]) expect(alongZ[i]).toBeCloseTo((first[i] + second[i]) / 510, 6);
    const flat = await jsonHere('average', at('foreground'), at('other-foreground'), '--out', out('inside.tif'));
    expect(flat).toMatchObject({ channels: 1, type: 'uint8' });
    expect(await channelsOf(out('inside.tif'))).toEqual([[...meanBytes().subarray(0, VOXELS)]]);
  });

  it.each([
    ['one volume', ['first'], 'x.h5', /takes two volumes at least/],
    ['volumes of other voxels', ['first', 'smaller'], 'x.h5', /10 x 40 x 40 voxels.*10 x 40 x 48/],
    [
      'affinities beside a foreground',
      ['first', 'foreground'],
      'x.h5',
      /foreground has 1 channel; affinities need three/,
    ],
    ['a foreground beside affinities', ['foreground', 'first'], 'x.h5', /first has 3 channels; a foreground has one/],
    ['logits', ['first', 'logits'], 'x.h5', /logits, channel 0, holds values from -4 to 1; .*sigmoid/],
    ['an output that is read', ['first', 'second'], 'networks.h5', /networks\.h5 would replace .*which is read/],
    [
      'a format of one channel',
      ['first', 'second'],
      'x.nrrd',
      /3 channels are not written to one NRRD. Use HDF5 or OME-Zarr/,
    ],
  ])('refuses %s and leaves nothing', async (_, names, to, message) => {
    const { code, stdout, stderr } = await runHere('average', ...names.map(at), '--out', out(to), '--overwrite');
    expect({ refused: code !== 0, stdout }).toEqual({ refused: true, stdout: '' });
    expect(stderr).toMatch(message);
    expect((await runHere('info', out('x.h5'))).code).not.toBe(0);
  });
});
