import { expect, it } from 'vitest';

import type { DatasetInfo } from '#contract/routes/volumes.ts';

import { draftOf, fitOf, sourceOf } from './truthDraft.ts';

const dataset = (changes: Partial<DatasetInfo>): DatasetInfo => ({
  ...{ name: 'labels', shape: [20, 100, 100], channels: null, type: 'uint32', voxelSizeNm: null, axes: 'zyx' },
  ...{ storedShape: [20, 100, 100], suggestedUse: 'labels' },
  ...changes,
});
const file = (...datasets: DatasetInfo[]) => ({ path: '/d/truth.h5', format: 'hdf5', sizeBytes: 1, datasets });

it('offers what can be labels, and takes what looks like them', () => {
  const raw = dataset({ name: 'raw', type: 'uint8', suggestedUse: 'image' });
  const affinities = dataset({ name: 'affinities', channels: 3, storedShape: [3, 20, 100, 100] });
  const draft = draftOf(file(raw, dataset({}), affinities))!;
  expect(draft.datasets.map(({ name }) => name)).toEqual(['raw', 'labels']);
  expect(draft.dataset).toBe('labels');
  expect(sourceOf(draft)).toBe('/d/truth.h5:labels');
  expect(sourceOf({ path: '/d/truth.tif', dataset: '' })).toBe('/d/truth.tif');
  expect(draftOf(file(dataset({ type: 'float32' })))).toBeNull();
});

it('asks where labels lie whose shape does not say so', () => {
  const draft = draftOf(file(dataset({})))!;
  const region = { min: [10, 0, 0], max: [20, 50, 50] } as const;
  expect(fitOf(draft, { shape: [20, 100, 100], region: null })).toBe('same');
  expect(fitOf(draft, { shape: [10, 50, 50], region })).toBe('source');
  expect(fitOf(draft, { shape: [64, 256, 256], region: null })).toBe('elsewhere');
  const outside = { ...draft, offset: [0, 0, 256] } as const;
  expect(fitOf(outside, { shape: [64, 256, 256], region: null })).toBe('outside');
  expect(fitOf(draft, { shape: null, region: null })).toBe('unknown');
  expect(fitOf(draftOf(file(dataset({ shape: null })))!, { shape: [20, 100, 100], region: null })).toBe('unknown');
});
