import { describe, expect, it } from 'vitest';

import type { DatasetInfo, VolumeFile } from '#contract/routes/volumes.ts';

import { axesText, columnsOf, parseSize, shapeOf, sizeProblem, voxelSizeOf, withAxis, withSizeText } from './axes.ts';
import { entriesOf, entryFor, usesOf, withFile, withUse } from './datasets.ts';
import type { DatasetEntry } from './datasets.ts';
import { newProjectOf, problemsOf } from './draft.ts';
import type { ImportDraft } from './draft.ts';
import { AS_RECOMMENDED, withBeta, withScoreKind } from './postprocessing.ts';
import { WHOLE_VOLUME, withCorner } from './region.ts';

const raw: DatasetInfo = {
  name: 'raw',
  shape: [80, 1024, 1000],
  channels: 1,
  type: 'uint8',
  voxelSizeNm: [30, 6, 6],
  axes: 'zyx',
  storedShape: [80, 1024, 1000],
  suggestedUse: 'image',
};
const labels: DatasetInfo = { ...raw, name: 'labels', type: 'uint32', suggestedUse: 'labels' };
const bare: DatasetInfo = { ...raw, name: '', voxelSizeNm: null, axes: null, shape: null };
const file = (...datasets: DatasetInfo[]): VolumeFile => ({
  path: '/data/ac4.h5',
  format: 'HDF5',
  sizeBytes: 1,
  datasets,
});

const draftOf = (volume: VolumeFile, changes: Partial<ImportDraft> = {}): ImportDraft => ({
  datasets: entriesOf(volume, 'segment'),
  columns: columnsOf(volume.datasets[0]),
  region: WHOLE_VOLUME,
  model: 'unet',
  provider: 'auto',
  threshold: '',
  minSize: '',
  postprocessing: AS_RECOMMENDED,
  recommended: null,
  name: 'ac4',
  parentDirectory: '/home/me/Fascicle',
  ...changes,
});

describe('uses of datasets', () => {
  it('takes labels beside an image for ground truth unless they are to be proofread', () => {
    expect(entriesOf(file(raw, labels), 'segment').map(({ use }) => use)).toEqual(['image', 'truth']);
    expect(entriesOf(file(raw, labels), 'proofread').map(({ use }) => use)).toEqual(['image', 'labels']);
  });

  it('takes labels of a file that is added for what they can be beside those that are there', () => {
    const uses = (entries: readonly DatasetEntry[]) => entries.map(({ use }) => use);
    const added = { ...file(labels), path: '/data/labels.h5' };
    expect(uses(withFile(entriesOf(file(raw), 'segment'), added, 'segment'))).toEqual(['image', 'truth']);
    expect(uses(withFile(entriesOf(file(raw), 'proofread'), added, 'proofread'))).toEqual(['image', 'labels']);
    expect(uses(withFile(entriesOf(file(raw, labels), 'segment'), added, 'segment'))).toEqual([
      ...['image', 'truth', 'ignore'],
    ]);
  });

  it('gives a use to one dataset only', () => {
    const two = entriesOf(file(raw, { ...raw, name: 'raw2' }), 'segment');
    expect(two.map(({ use }) => use)).toEqual(['image', 'ignore']);
    const changed = withUse(two, '/data/ac4.h5:raw2', 'image');
    expect(changed.map(({ use }) => use)).toEqual(['ignore', 'image']);
    expect(entryFor(changed, 'image')!.spec).toBe('/data/ac4.h5:raw2');
  });

  it('offers only what type and channels allow', () => {
    expect(usesOf({ ...raw, type: 'float32' })).toEqual(['image', 'ignore']);
    expect(usesOf({ ...raw, channels: 3, storedShape: [3, 80, 64, 64] })).toEqual(['affinities', 'ignore']);
    for (const type of ['<e', '[["r","<f"],["i","<f"]]']) expect(usesOf({ ...raw, type })).toEqual(['ignore']);
    expect(usesOf({ ...raw, shape: null, channels: null, storedShape: [0, 10, 10] })).toEqual(['ignore']);
  });
});

describe('axes and voxel size', () => {
  it('are read from the file', () => {
    const columns = columnsOf(raw);
    expect(axesText(columns)).toBe('zyx');
    expect(shapeOf(columns)).toEqual([80, 1024, 1000]);
    expect(voxelSizeOf(columns)).toEqual([30, 6, 6]);
  });

  it('stay open where the file does not say', () => {
    const columns = columnsOf(bare);
    expect(axesText(columns)).toBeNull();
    expect(shapeOf(columns)).toBeNull();
    expect(columns.map(({ sizeText }) => sizeText)).toEqual(['', '', '']);
    expect(sizeProblem('')).toMatch(/Needed/);
  });

  it('swap when an axis is taken, and the voxel size stays with its stored dimension', () => {
    const columns = withAxis(columnsOf(raw), 0, 'x');
    expect(axesText(columns)).toBe('xyz');
    expect(shapeOf(columns)).toEqual([1000, 1024, 80]);
    expect(voxelSizeOf(columns)).toEqual([6, 6, 30]);
  });

  it('accepts a decimal comma and refuses what is no size', () => {
    expect(parseSize(' 4,5 ')).toBe(4.5);
    expect(parseSize('.5')).toBe(0.5);
    for (const text of ['0', '-1', '1e3', 'six', '', '1 2']) expect(parseSize(text)).toBeNull();
  });
});

describe('a new project', () => {
  it('leaves to the file what the file says', () => {
    expect(newProjectOf(draftOf(file(raw, labels)))).toEqual({
      directory: '/home/me/Fascicle/ac4',
      raw: '/data/ac4.h5:raw',
      axes: null,
      voxelSizeNm: null,
      region: null,
      purpose: 'keep',
      truth: '/data/ac4.h5:labels',
      method: { kind: 'network', model: 'unet', provider: 'auto', threshold: null, minSize: null },
    });
    const untold = withUse(entriesOf(file(raw, labels), 'segment'), '/data/ac4.h5:labels', 'ignore');
    expect(newProjectOf(draftOf(file(raw), { datasets: untold }))!.truth).toBeNull();
  });

  it('names what the user said instead', () => {
    const columns = withSizeText(columnsOf(raw), 1, '12');
    expect(newProjectOf(draftOf(file(raw), { columns, threshold: '0.3', minSize: '50' }))).toMatchObject({
      axes: null,
      voxelSizeNm: [30, 12, 6],
      method: { threshold: 0.3, minSize: 50 },
    });
  });

  it('says what shall follow the network, and leaves the rest to it', () => {
    const postprocessing = { ...withBeta(AS_RECOMMENDED, 0.3, null), invert: true, foregroundRestriction: false };
    expect(newProjectOf(draftOf(file(raw), { postprocessing, threshold: 'unseen', minSize: '9' }))!.method).toEqual({
      ...{ kind: 'network', model: 'unet', provider: 'auto', threshold: null, minSize: 9, invert: true },
      score: { kind: 'multicut', beta: 0.3, byContactArea: true },
      foregroundRestriction: false,
    });
    const means = { ...withScoreKind(AS_RECOMMENDED, 'mean'), supervoxels: 'distance-transform-2d' as const };
    const { method } = newProjectOf(draftOf(file(raw), { postprocessing: means, threshold: '0.3' }))!;
    expect(method).toMatchObject({ score: { kind: 'mean' }, supervoxels: 'distance-transform-2d', threshold: 0.3 });
    expect(method).not.toHaveProperty('invert');
  });

  it('is not made before axes and voxel size are known', () => {
    const draft = draftOf(file(bare));
    expect(newProjectOf(draft)).toBeNull();
    expect(problemsOf(draft).map(({ field }) => field)).toEqual(['axes', 'voxelSize']);
  });

  it('starts from labels or affinities without a network', () => {
    const datasets = entriesOf(file(raw, labels), 'proofread');
    expect(newProjectOf(draftOf(file(raw, labels), { datasets, model: null }))!.method).toEqual({
      kind: 'labels',
      labels: '/data/ac4.h5:labels',
      affinities: null,
    });
    const without = draftOf(file(raw), { model: null });
    expect(problemsOf(without)).toMatchObject([{ field: 'method', text: expect.stringContaining('labels') as string }]);
  });

  it('names the field of each problem', () => {
    const draft = draftOf(file(raw), {
      region: withCorner(WHOLE_VOLUME, 'max', 0, '81'),
      threshold: '2',
      minSize: 'many',
      name: 'a/b',
    });
    expect(problemsOf(draft).map(({ field }) => field)).toEqual(['region', 'threshold', 'minSize', 'name']);
  });
});
