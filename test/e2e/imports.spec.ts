import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { boxOfShape, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { createVolume } from '#volumes/createVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { jsonHere, run, runJson } from '../helpers/fascicle.ts';
import { filesIn, temporaryFolder } from '../helpers/folders.ts';

/** Labels and affinities from elsewhere: their ids come back, and any threshold is a cut of one merge tree. */

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const SHAPE: Zyx = [20, 70, 80];

/** Bricks of 10 x 35 x 20 voxels with 64-bit ids beyond what a double can hold, and nothing where x is 0. */
function bricks(): BigUint64Array {
  const [, height, width] = SHAPE;
  return BigUint64Array.from({ length: voxelCount(SHAPE) }, (_, i) => {
    const x = i % width;
    const y = Math.floor(i / width) % height;
    const z = Math.floor(i / (width * height));
    const brick = Math.floor(z / 10) * 8 + Math.floor(y / 35) * 4 + Math.floor(x / 20);
    // Neighbours differ in the last bit alone, which a double would drop; the largest id has all 64 bits.
    return x === 0 ? 0n : brick === 15 ? 2n ** 64n - 1n : 2n ** 60n + BigInt(brick);
  });
}

async function write(path: string, type: 'uint64' | 'uint8', voxels: BigUint64Array | Uint8Array, channels = 1) {
  const role = channels === 1 ? 'labels' : 'affinities';
  const writer = await createVolume(path, { shape: SHAPE, type, voxelSizeNm: [30, 6, 6], channels, role });
  const size = voxelCount(SHAPE);
  for (let channel = 0; channel < channels; channel++)
    await writer.write(boxOfShape(SHAPE), voxels.slice(channel * size, (channel + 1) * size), { channel });
  await writer.finish();
}

async function read(path: string) {
  const reader = await openVolume(path, { role: 'labels' });
  const voxels = await readWhole(reader);
  await reader.close();
  return voxels as BigUint64Array;
}

describe('graph', () => {
  it.each(['h5', 'zarr'])('gives 64-bit ids back, voxel for voxel, as .%s', async (extension) => {
    const labels = bricks();
    const source = at(`ids.${extension}`);
    const [project, out] = [at(`from-${extension}`), at(`back.${extension}`)];
    await write(source, 'uint64', labels);
    const report = await runJson('graph', source, '--project', project, '--block', '64');
    expect(report).toMatchObject({ supervoxels: 16, segments: 16, threshold: null, edges: 28 });
    expect(await jsonHere('export', project, '--labels', out)).toMatchObject({ type: 'uint64', segments: 16 });
    expect(await read(out)).toEqual(labels);
  });

  it('refuses to narrow 64-bit ids for a format that other programs read with 32', async () => {
    await write(at('wide.h5'), 'uint64', bricks());
    await runJson('graph', at('wide.h5'), '--project', at('wide'));
    const { code, stderr } = await run('export', at('wide'), '--labels', at('wide.tif'));
    expect(stderr).toMatch(/wide\.tif: uint64 is not written to TIFF.*Use HDF5 or OME-Zarr/);
    expect(code).toBe(4);
    expect(filesIn(folder).filter((file) => file.startsWith('wide.tif'))).toEqual([]);
  });

  it('with affinities merges by threshold into the lowest of the original ids, and back', async () => {
    const labels = bricks();
    await write(at('labels.h5'), 'uint64', labels);
    // Links along x are certain, others are not there.
    const affinities = new Uint8Array(3 * labels.length);
    affinities.fill(255, 2 * labels.length);
    await write(at('affinities.h5'), 'uint8', affinities, 3);
    const project = at('with-affinities');
    const command = ['graph', at('labels.h5'), '--affinities', at('affinities.h5'), '--project', project];
    expect(await runJson(...command)).toMatchObject({ segments: 16 });
    const before = await jsonHere<{ labels: string }>('hash', project);

    expect(await jsonHere('agglomerate', project, '--threshold', '0.9')).toMatchObject({ segments: 4 });
    await jsonHere('export', project, '--labels', at('merged.h5'));
    const ids = new Set(await read(at('merged.h5')));
    expect(ids).toEqual(new Set([0n, 2n ** 60n, 2n ** 60n + 4n, 2n ** 60n + 8n, 2n ** 60n + 12n]));

    await jsonHere('agglomerate', project, '--threshold', 'none');
    expect((await jsonHere<{ labels: string }>('hash', project)).labels).toBe(before.labels);
    await jsonHere('export', project, '--labels', at('split.h5'));
    expect(await read(at('split.h5'))).toEqual(labels);
  });

  it('takes a volume without any label', async () => {
    await write(at('nothing.h5'), 'uint64', new BigUint64Array(voxelCount(SHAPE)));
    expect(await runJson('graph', at('nothing.h5'), '--project', at('empty'))).toMatchObject({
      supervoxels: 0,
      edges: 0,
      segments: 0,
    });
    await jsonHere('export', at('empty'), '--labels', at('empty.h5'));
    expect(new Set(await read(at('empty.h5'))).size).toBe(1);
  });
});
