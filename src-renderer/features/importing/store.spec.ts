import { flushPromises } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Estimate } from '#contract/routes/projects.ts';
import type { DatasetInfo } from '#contract/routes/volumes.ts';
import { FascicleError } from '#domain/errors.ts';
import { createFakeEngine } from '#renderer/engine/fakeEngine.ts';
import type { FakeAnswers } from '#renderer/engine/fakeEngine.ts';
import { provideEngine } from '#renderer/engine/useEngine.ts';

import type { AxisColumn } from './model/axes.ts';
import { useImportStore } from './store.ts';

const raw: DatasetInfo = {
  name: 'raw',
  shape: [80, 1024, 1024],
  channels: 1,
  type: 'uint8',
  voxelSizeNm: null,
  axes: 'zyx',
  storedShape: [80, 1024, 1024],
  suggestedUse: 'image',
};
const model = {
  id: 'unet',
  name: 'U-Net',
  description: '',
  version: '1',
  license: 'MIT',
  modality: null,
  trainedVoxelSizesNm: [],
  preliminary: false,
  receptiveField: null,
  scores: [],
  fit: null,
  recommended: {
    supervoxels: 'watershed' as const,
    score: { kind: 'mean' as const },
    threshold: 0.5,
    minSize: 0,
    foregroundRestriction: null,
  },
  weightsSha256: '',
  sizeBytes: 1,
};
const estimate: Estimate = {
  seconds: 100,
  basis: 'measured',
  diskBytes: 1,
  freeDiskBytes: null,
  memoryBytes: 1,
  memoryBudgetBytes: 2,
  blocks: 4,
  problems: [],
  remarks: [],
};
const describeFile = { describe: () => ({ path: '/data/ac4.h5', format: 'HDF5', sizeBytes: 1, datasets: [raw] }) };

function begin(answers: FakeAnswers = {}) {
  const fake = createFakeEngine({
    volumes: describeFile,
    models: { list: () => ({ models: [model], broken: [] }) },
    projects: { estimate: () => estimate },
    ...answers,
  });
  provideEngine(fake.engine);
  setActivePinia(createPinia());
  const store = useImportStore();
  store.begin({ path: '/data/ac4.h5', use: 'image' });
  return { ...fake, store };
}

/** The columns with one voxel size along all axes, as typed. */
const sizeAll = (columns: readonly AxisColumn[], text: string) =>
  columns.map((column) => ({ ...column, sizeText: text }));

/** Lets the delays of a burst pass. */
async function settle(): Promise<void> {
  await flushPromises();
  await vi.advanceTimersByTimeAsync(1000);
  await flushPromises();
}

describe('a new project', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('asks for a voxel size that the file does not state, and estimates nothing before', async () => {
    const { store, callsOf } = begin();
    await settle();
    expect(store.step).toBe('describe');
    expect(store.problems.map(({ field }) => field)).toEqual(['voxelSize']);
    expect(store.model).toBe('unet');
    expect(callsOf('projects.estimate')).toEqual([]);
    expect(callsOf('projects.create')).toEqual([]);
  });

  it('makes one estimate of a burst of changes', async () => {
    const { store, callsOf } = begin();
    await settle();
    for (const text of ['3', '30']) store.columns = sizeAll(store.columns, text);
    await settle();
    expect(callsOf('projects.estimate').map(({ body }) => (body as { voxelSizeNm: unknown }).voxelSizeNm)).toEqual([
      [30, 30, 30],
    ]);
    expect(store.estimate).toEqual(estimate);
    expect(store.speeds.get('unet')).toBe((80 * 1024 * 1024) / 100);
  });

  it('says why a file cannot be read, and stays where another can be chosen', async () => {
    const refuse = () => Promise.reject(new FascicleError('bad-file', 'The file is cut short.'));
    const { store } = begin({ volumes: { describe: refuse } });
    await settle();
    expect(store.step).toBe('choose');
    expect(store.readFailure).toEqual({ path: '/data/ac4.h5', reason: 'The file is cut short.' });
  });

  it('goes back to what was described where the engine refuses the run', async () => {
    const refuse = () => Promise.reject(new FascicleError('storage', 'The disk is full.'));
    const { store } = begin({ projects: { estimate: () => estimate, create: refuse } });
    await settle();
    store.columns = sizeAll(store.columns, '30');
    expect(await store.startRun()).toBeNull();
    expect(store.step).toBe('describe');
    expect(store.startFailure).toBe('The disk is full.');
  });

  it('wants no network where labels are to be proofread', async () => {
    const { store } = begin();
    store.begin({ path: '/data/ac4.h5', use: 'labels' });
    await settle();
    expect(store.model).toBeNull();
    expect(store.problemOf('method')).toMatch(/labels/);
  });
});
