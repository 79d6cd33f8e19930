import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { boxOfShape, boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { openProject } from '#engine/project/project.ts';
import { readSetting, writeSetting } from '#engine/project/settings.ts';
import { readEdges } from '#engine/project/tables.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';
import { openGraphAffinities } from '#engine/proofreading/openGraphAffinities.ts';
import { ORIGIN, readOrigin } from '#engine/segmentation/origin.ts';
import { paintPhantomAffinities } from '#native/phantom.ts';
import { createHdf5File } from '#volumes/hdf5/index.ts';
import { readWhole } from '#volumes/copyVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';

import { jsonHere, runHere } from '../../helpers/fascicle.ts';
import { temporaryFolder } from '../../helpers/folders.ts';

/** Affinities of another program, lowered to a foreground that comes with them. */

const folder = temporaryFolder();
const SHAPE: Zyx = [10, 40, 48];
const REGION = '2:10,4:40,0:48';
const BOX: Box = { min: [2, 4, 0], max: [10, 40, 48] };

let file: string;
const at = (dataset: string) => `${file}:/${dataset}`;

beforeAll(async () => {
  file = join(folder, 'volume.h5');
  const voxels = voxelCount(SHAPE);
  const affinities = new Uint8Array(3 * voxels);
  await paintPhantomAffinities({ seed: 4 }, { origin: [0, 0, 0], shape: SHAPE, affinities }, { threads: 1 });
  const foreground = Uint8Array.from({ length: voxels }, (_, i) => (i * 37 + (i >> 5) * 11) % 256);
  const lowered = affinities.map((value, i) => Math.min(value, foreground[i % voxels]));
  const writer = await createHdf5File(file);
  const add = async (dataset: string, channels: number, values: Uint8Array | Float32Array | Uint32Array) => {
    const type = values instanceof Uint8Array ? 'uint8' : values instanceof Uint32Array ? 'uint32' : 'float32';
    const spec = { dataset, shape: SHAPE, type, voxelSizeNm: [30, 8, 8], channels } as const;
    const volume = writer.addDataset(spec);
    for (let channel = 0; channel < channels; channel++)
      await volume.write(boxOfShape(SHAPE), values.slice(channel * voxels, (channel + 1) * voxels), { channel });
  };
  const asFloat = (values: Uint8Array) => Float32Array.from(values, (value) => value / 255);
  await add('affinities', 3, affinities);
  await add('lowered', 3, lowered);
  await add('affinities-float', 3, asFloat(affinities));
  await add('lowered-float', 3, asFloat(lowered));
  await add('foreground', 1, foreground);
  await add('foreground-float', 1, asFloat(foreground));
  const label = (i: number) => 1 + Math.floor((i % SHAPE[2]) / 8) + 6 * (Math.floor(i / SHAPE[2] / 8) % 5);
  await add(
    'labels',
    1,
    Uint32Array.from({ length: voxels }, (_, i) => label(i)),
  );
  await writer.finish();
});

const segment = (project: string, affinities: string, ...others: string[]) =>
  jsonHere<{ unchanged: boolean }>(
    ...['segment', at('foreground'), '--project', join(folder, project), '--affinities', at(affinities)],
    ...['--roi', REGION, '--supervoxels', 'distance-transform-2d', '--beta', '0.25', '--threads', '1', ...others],
  );

async function contentOf(project: string) {
  const opened = await openProject(join(folder, project));
  try {
    const labels = await openVolume(opened.paths.supervoxels, { role: 'labels' });
    const voxels = await readWhole(labels);
    await labels.close();
    return { voxels, edges: readEdges(opened.database, labels.info.shape) };
  } finally {
    opened.close();
  }
}

describe('a foreground from elsewhere', () => {
  it.each([
    ['foreground', 'affinities', 'lowered'],
    ['foreground-float', 'affinities', 'lowered'],
    ['foreground', 'affinities-float', 'lowered-float'],
    ['foreground-float', 'affinities-float', 'lowered-float'],
  ])('%s lowers %s to what is stored as %s', async (foreground, affinities, lowered) => {
    const found = `${foreground}-${affinities}`;
    await segment(found, affinities, '--foreground', at(foreground));
    await segment(lowered, lowered);
    expect(await contentOf(found)).toEqual(await contentOf(lowered));
  });

  it('is kept as a source, and lowers what a division of supervoxels reads', async () => {
    await segment('kept', 'affinities', '--foreground', at('foreground'));
    const project = await openProject(join(folder, 'kept'));
    expect(readSourceVolume(project.database, 'foreground')).toMatchObject({ source: at('foreground'), region: BOX });
    const { affinities, close } = await openGraphAffinities(project);
    const reader = await openVolume(at('lowered'), { role: 'affinities' });
    try {
      const whole = boxOfShape(boxShape(BOX));
      const found = await affinities(whole);
      for (let channel = 0; channel < 3; channel++)
        expect(found.slice(channel * voxelCount(whole.max), (channel + 1) * voxelCount(whole.max))).toEqual(
          await reader.read(BOX, { channel }),
        );
    } finally {
      await Promise.all([reader.close(), close()]);
      project.close();
    }
  });

  it('decides what a project is made from', async () => {
    await segment('decided', 'affinities', '--foreground', at('foreground'));
    expect(await segment('decided', 'affinities', '--foreground', at('foreground'))).toMatchObject({ unchanged: true });
    await expect(segment('decided', 'affinities')).rejects.toThrow('already holds a segmentation');
  });

  it('lowers the affinities of imported labels, too', async () => {
    const graph = (project: string, ...others: string[]) =>
      jsonHere('graph', at('labels'), '--project', join(folder, project), '--threads', '1', ...others);
    await graph('graph', '--affinities', at('affinities'), '--foreground', at('foreground'));
    await graph('graph-lowered', '--affinities', at('lowered'));
    expect(await contentOf('graph')).toEqual(await contentOf('graph-lowered'));
  });

  it('is segmented with the values of supervoxels that were asked for', async () => {
    const values = [
      '--foreground',
      at('foreground'),
      '--boundary',
      '0.4',
      '--sigma-seeds',
      '1',
      '--min-supervoxel',
      '20',
    ];
    await segment('values', 'affinities', ...values);
    const project = await openProject(join(folder, 'values'));
    expect(readOrigin(project.database)?.parameters.supervoxels).toEqual({
      ...{ method: 'distance-transform-2d', threshold: 0.4, sigmaSeeds: 1, sigmaWeights: 2, alpha: 0.9, minSize: 20 },
    });
    project.close();
    expect(await segment('values', 'affinities', ...values)).toMatchObject({ unchanged: true });
  });

  it('is refused where it means nothing, or is none', async () => {
    const raw = ['segment', at('foreground'), '--project', join(folder, 'refused')];
    const network = await runHere(...raw, '--foreground', at('foreground'));
    expect(network.stderr).toContain('--foreground goes with --affinities');
    const restriction = await runHere(...raw, '--affinities', at('affinities'), '--foreground-restriction');
    expect(restriction.stderr).toContain('Name the foreground itself with --foreground');
    const channels = await runHere(...raw, '--affinities', at('affinities'), '--foreground', at('lowered'));
    expect(channels.stderr).toContain('has 3 channels; a foreground has one');
    const graph = await runHere('graph', at('foreground'), '--foreground', at('foreground'), ...raw.slice(2));
    expect(graph.stderr).toContain('there are none');
  });
});

describe('a project of an earlier program', () => {
  it('is known again though its supervoxels were written down under another name', async () => {
    const args = ['segment', at('foreground'), '--affinities', at('affinities'), '--project', join(folder, 'earlier')];
    await jsonHere(...args, '--threads', '1');
    const project = await openProject(join(folder, 'earlier'));
    const origin = readSetting<{ parameters: Record<string, unknown> }>(project.database, ORIGIN)!;
    const { supervoxels, ...rest } = origin.parameters;
    const { method, ...watershed } = supervoxels as { method: string };
    expect(method).toBe('watershed');
    writeSetting(project.database, ORIGIN, { ...origin, parameters: { watershed, ...rest } });
    expect(readOrigin(project.database)?.parameters).toEqual(origin.parameters);
    project.close();
    expect(await jsonHere(...args, '--threads', '1')).toMatchObject({ unchanged: true });
    await expect(jsonHere(...args, '--supervoxels', 'distance-transform-2d')).rejects.toThrow('already holds');
  });
});
