import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { boxOfShape, boxShape, translateBox } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { writeSourceVolume } from '#engine/project/volumes.ts';
import { describeSource } from '#engine/segmentation/sourceVolume.ts';
import { createProjectViews } from '#engine/views/projectViews.ts';
import { buildRawPyramid } from '#engine/views/rawPyramid.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { createVolume } from '#volumes/createVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { createOmeZarrVolume, openOmeZarr } from '#volumes/zarr/index.ts';

import { filesIn, temporaryFolder } from '../helpers/folders.ts';
import { expectSame, paint, projectOfRaw, VOXEL_SIZE, writeH5 } from '../helpers/viewedVolumes.ts';

const folder = temporaryFolder();

describe('buildRawPyramid', () => {
  it('goes on after being killed and ends in the same bytes', async () => {
    const path = join(folder, 'large.h5');
    await writeH5(path, [130, 200, 260], 'uint16');
    const [whole, killed] = [
      await projectOfRaw(join(folder, 'whole'), path),
      await projectOfRaw(join(folder, 'killed'), path),
    ];
    try {
      await buildRawPyramid(whole);
      for (const after of [1, 3]) {
        const abort = new AbortController();
        const onProgress = ({ done }: { done: number }) => void (done >= after && abort.abort());
        await expect(buildRawPyramid(killed, { signal: abort.signal, onProgress })).rejects.toMatchObject({
          kind: 'cancelled',
        });
      }
      expect(await buildRawPyramid(killed)).toBe('built');
      const files = filesIn(whole.paths.raw);
      expect(filesIn(killed.paths.raw)).toEqual(files);
      for (const file of files)
        expect(readFileSync(join(killed.paths.raw, file)).equals(readFileSync(join(whole.paths.raw, file)))).toBe(true);
      expect(await buildRawPyramid(killed)).toBe('unchanged');
    } finally {
      whole.close();
      killed.close();
    }
  });

  it('copies the region alone, converted by the rule, and leaves the source as it was', async () => {
    const path = join(folder, 'signed.h5');
    const voxels = (await writeH5(path, [40, 50, 60], 'int8')) as Int8Array;
    const before = readFileSync(path);
    const region: Box = { min: [1, 2, 3], max: [39, 48, 57] };
    const project = await projectOfRaw(join(folder, 'signed'), path, region);
    try {
      await buildRawPyramid(project);
      const copy = await openVolume(project.paths.raw);
      const found = (await readWhole(copy)) as Uint8Array;
      await copy.close();
      const box = translateBox(boxOfShape(boxShape(region)), region.min);
      const expected: number[] = [];
      for (let z = box.min[0]; z < box.max[0]; z++)
        for (let y = box.min[1]; y < box.max[1]; y++)
          for (let x = box.min[2]; x < box.max[2]; x++) expected.push(voxels[(z * 50 + y) * 60 + x] + 128);
      expectSame(found, expected);
      expect(readFileSync(path).equals(before)).toBe(true);
    } finally {
      project.close();
    }
  });

  it('is made anew where other voxels were chosen', async () => {
    const path = join(folder, 'chosen.h5');
    const voxels = await writeH5(path, [20, 30, 40], 'uint8');
    const project = await projectOfRaw(join(folder, 'chosen'), path);
    const views = createProjectViews(project);
    const first = async () =>
      (await views.box({ layer: 'raw', level: 0, channel: 0 }, boxOfShape([1, 1, 1]))).voxels[0];
    try {
      await buildRawPyramid(project);
      expect(await first()).toBe(voxels[0]);
      const region: Box = { min: [3, 2, 1], max: [20, 30, 40] };
      const reading = { axes: null, voxelSizeNm: null };
      writeSourceVolume(project.database, await describeSource('raw', path, { region, ...reading }));
      const expected = voxels[(3 * 30 + 2) * 40 + 1];
      expect((await views.layers())[0].levels[0].shape).toEqual([17, 28, 39]);
      expect(await first()).toBe(expected);
      expect(await buildRawPyramid(project)).toBe('built');
      expect((await views.layers())[0].levels[0].shape).toEqual([17, 28, 39]);
      expect(await first()).toBe(expected);
    } finally {
      await views.close();
      project.close();
    }
  });

  it('takes slices of a stack of pictures, which are no cubes', async () => {
    const path = join(folder, 'stack.tif');
    const shape: Zyx = [9, 150, 170];
    const voxels = paint('uint8', shape);
    const writer = await createVolume(path, { shape, type: 'uint8', voxelSizeNm: VOXEL_SIZE, role: 'image' });
    for (let z = 0; z < shape[0]; z++)
      await writer.write({ min: [z, 0, 0], max: [z + 1, 150, 170] }, voxels.subarray(z * 25_500, (z + 1) * 25_500));
    await writer.finish();
    const project = await projectOfRaw(join(folder, 'stack'), path);
    const views = createProjectViews(project);
    try {
      const read = () => views.box({ layer: 'raw', level: 0, channel: 0 }, boxOfShape(shape));
      expectSame((await read()).voxels, voxels as Uint8Array);
      await buildRawPyramid(project, { memoryBudgetBytes: 2 ** 20 });
      await views.layers();
      expectSame((await read()).voxels, voxels as Uint8Array);
    } finally {
      await views.close();
      project.close();
    }
  });

  it('refers to a source that is a pyramid already', async () => {
    const path = join(folder, 'source.ome.zarr');
    const shape: Zyx = [70, 90, 131];
    const writer = await createOmeZarrVolume(path, {
      shape,
      type: 'uint8',
      voxelSizeNm: VOXEL_SIZE,
      levels: [
        [1, 1, 1],
        [1, 2, 2],
        [1, 4, 4],
      ],
      kind: 'image',
    });
    await writer.write(boxOfShape(shape), paint('uint8', shape));
    await writer.finish();
    const project = await projectOfRaw(join(folder, 'referring'), path);
    const views = createProjectViews(project);
    try {
      expect(await buildRawPyramid(project)).toBe('referred');
      const [layer] = await views.layers();
      expect(layer.levels.map(({ factor }) => factor)).toEqual([
        [1, 1, 1],
        [1, 2, 2],
        [1, 4, 4],
      ]);
      const store = await openOmeZarr(path);
      for (const level of [0, 1, 2]) {
        const slice = await views.slice(
          { layer: 'raw', level, channel: 0, plane: 'xz', position: 3 },
          { row: 0, column: 0, rows: 999, columns: 999 },
        );
        const [depth, , columns] = store.levels[level].shape;
        expectSame(
          slice.voxels,
          (await store.read({ min: [0, 3, 0], max: [depth, 4, columns] }, { level })) as Uint8Array,
        );
      }
      await store.close();
    } finally {
      await views.close();
      project.close();
    }
  });
});
