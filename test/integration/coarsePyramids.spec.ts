import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { boxOfShape, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import { createOrOpenProject } from '#engine/project/project.ts';
import type { Project } from '#engine/project/project.ts';
import { writeSetting } from '#engine/project/settings.ts';
import { writeSourceVolume } from '#engine/project/volumes.ts';
import { describeSource } from '#engine/segmentation/sourceVolume.ts';
import { buildCoarsePyramids, missingCoarsePyramids } from '#engine/views/coarsePyramids.ts';
import { createProjectViews } from '#engine/views/projectViews.ts';
import { createHdf5File } from '#volumes/hdf5/index.ts';
import { createOmeZarr, pyramidFactors } from '#volumes/zarr/index.ts';

import { temporaryFolder } from '../helpers/folders.ts';
import { expectSame, VOXEL_SIZE } from '../helpers/viewedVolumes.ts';

const folder = temporaryFolder();

/** More voxels than are read at once from one level. */
const SHAPE: Zyx = [37, 230, 530];

const valueAt = (z: number, y: number, x: number, channel: number) => (z * 7 + y * 3 + (x >> 2) + 80 * channel) % 256;

function voxelsOf(channel: number): Uint8Array {
  const voxels = new Uint8Array(voxelCount(SHAPE));
  for (let z = 0, index = 0; z < SHAPE[0]; z++)
    for (let y = 0; y < SHAPE[1]; y++) for (let x = 0; x < SHAPE[2]; x++) voxels[index++] = valueAt(z, y, x, channel);
  return voxels;
}

/** The average of every window of the level before, halves up: the rule, one voxel at a time. */
function coarsened(voxels: Uint8Array, shape: Zyx, factor: Zyx): { voxels: Uint8Array; shape: Zyx } {
  const coarse = mapZyx((axis) => Math.ceil(shape[axis] / factor[axis]));
  const out = new Uint8Array(voxelCount(coarse));
  let target = 0;
  for (let z = 0; z < coarse[0]; z++)
    for (let y = 0; y < coarse[1]; y++)
      for (let x = 0; x < coarse[2]; x++) {
        let [sum, count] = [0, 0];
        for (let wz = z * factor[0]; wz < Math.min((z + 1) * factor[0], shape[0]); wz++)
          for (let wy = y * factor[1]; wy < Math.min((y + 1) * factor[1], shape[1]); wy++)
            for (let wx = x * factor[2]; wx < Math.min((x + 1) * factor[2], shape[2]); wx++, count++)
              sum += voxels[(wz * shape[1] + wy) * shape[2] + wx];
        out[target++] = Math.floor(sum / count + 0.5);
      }
  return { voxels: out, shape: coarse };
}

async function fillStore(path: string, channels: number): Promise<void> {
  const store = await createOmeZarr(path, {
    ...{ shape: SHAPE, channels, type: 'uint8' },
    voxelSizeNm: VOXEL_SIZE,
    kind: 'image',
  });
  for (let channel = 0; channel < channels; channel++)
    await store.write(boxOfShape(SHAPE), voxelsOf(channel), { channel });
  await store.close();
}

/** Every voxel of every level of a layer is the average that the rule gives. */
async function expectAverages(project: Project, layer: 'affinities' | 'foreground', channels: number): Promise<void> {
  const views = createProjectViews(project);
  try {
    const described = (await views.layers()).find(({ id }) => id === layer)!;
    const factors = pyramidFactors(SHAPE, VOXEL_SIZE);
    expect(described.levels.map(({ factor }) => factor)).toEqual(factors);
    for (let channel = 0; channel < channels; channel++) {
      let expected = { voxels: voxelsOf(channel), shape: SHAPE };
      for (const [level, factor] of factors.entries()) {
        if (level > 0) {
          const step = mapZyx((axis) => factor[axis] / factors[level - 1]![axis]);
          expected = coarsened(expected.voxels, expected.shape, step);
        }
        expect(described.levels[level]!.shape).toEqual(expected.shape);
        const found = await views.box({ layer, level, channel }, boxOfShape(expected.shape));
        expectSame(found.voxels, expected.voxels);
      }
    }
  } finally {
    await views.close();
  }
}

describe('the coarser levels of what a network gave', () => {
  let project: Project;
  beforeAll(async () => {
    project = await createOrOpenProject(join(folder, 'network'));
    writeSetting(project.database, 'affinityUnit', 255);
    writeSetting(project.database, 'origin', { kind: 'segment', parameters: { threshold: 0.5 } });
    await fillStore(project.paths.affinities, 3);
    await fillStore(project.paths.foreground, 1);
  });
  afterAll(() => project.close());

  it('are averages, made once, and go on after a cancelled run', async () => {
    const abort = new AbortController();
    const onProgress = ({ done }: { done: number }) => void (done >= 2 && abort.abort());
    await expect(buildCoarsePyramids(project, { signal: abort.signal, onProgress })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(existsSync(project.paths.coarseAffinities)).toBe(false);

    const fractions: number[] = [];
    await buildCoarsePyramids(project, {
      // Little, so that there are several blocks.
      memoryBudgetBytes: 8 * 2 ** 20,
      onProgress: ({ stage, done, total }) => {
        expect(stage).toBe('Coarser levels');
        fractions.push(done / total);
      },
    });
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    await expectAverages(project, 'affinities', 3);
    await expectAverages(project, 'foreground', 1);

    expect(await missingCoarsePyramids(project)).toEqual([]);
    await buildCoarsePyramids(project, { onProgress: () => expect.unreachable() });
  });

  it('are not taken for those of another segmentation', async () => {
    writeSetting(project.database, 'origin', { kind: 'segment', parameters: { threshold: 0.6 } });
    expect((await missingCoarsePyramids(project)).map(({ path }) => path)).toEqual([
      project.paths.coarseAffinities,
      project.paths.coarseForeground,
    ]);
  });
});

it('coarser levels of affinities from elsewhere are those of the file', async () => {
  const path = join(folder, 'affinities.h5');
  const file = await createHdf5File(path);
  const dataset = file.addDataset({
    dataset: 'affinities',
    shape: SHAPE,
    channels: 3,
    type: 'uint8',
    voxelSizeNm: VOXEL_SIZE,
  });
  for (const channel of [0, 1, 2]) await dataset.write(boxOfShape(SHAPE), voxelsOf(channel), { channel });
  await file.finish();
  const project = await createOrOpenProject(join(folder, 'elsewhere'));
  try {
    writeSetting(project.database, 'affinityUnit', 255);
    const asStored = { region: null, axes: null, voxelSizeNm: null };
    writeSourceVolume(project.database, await describeSource('affinities', `${path}:/affinities`, asStored));
    await buildCoarsePyramids(project);
    await expectAverages(project, 'affinities', 3);
  } finally {
    project.close();
  }
});
