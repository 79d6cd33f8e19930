import { describe, expect, it } from 'vitest';

import type { ModelCard } from '#contract/routes/models.ts';

import { estimateFigures } from './estimateFigures.ts';
import { cardRows, fitChip, resampling } from './networks.ts';
import { previewLayout } from './previewLayout.ts';
import { nextStep, stepLines } from './steps.ts';
import type { StepEvent } from './steps.ts';

const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, ' ');

describe('steps of a new project', () => {
  const walk = (...events: StepEvent[]) => events.reduce(nextStep, 'choose' as const);

  it('go through the check or past it', () => {
    expect(walk('chosen', 'check-started')).toBe('check');
    expect(walk('chosen', 'check-started', 'run-started')).toBe('run');
    expect(walk('chosen', 'run-started')).toBe('run');
  });

  it('go back until something runs for good', () => {
    expect(walk('chosen', 'back')).toBe('choose');
    expect(walk('chosen', 'check-started', 'check-discarded')).toBe('describe');
    expect(walk('chosen', 'run-started', 'back')).toBe('run');
    expect(walk('chosen', 'run-started', 'run-failed')).toBe('describe');
  });

  it('cannot be skipped', () => {
    expect(walk('run-started')).toBe('choose');
    expect(walk('check-started')).toBe('choose');
  });

  it('show what is done, and the file', () => {
    const lines = stepLines('describe', 'ac4.h5, HDF5, 81 MB');
    expect(lines.map(({ state }) => state)).toEqual(['done', 'now', 'later', 'later']);
    expect(lines[0].detail).toBe('ac4.h5, HDF5, 81 MB');
  });
});

describe('cards of networks', () => {
  const card: ModelCard = {
    id: 'unet',
    name: 'EM sections',
    description: '',
    version: '1.0.0',
    license: 'MIT',
    modality: 'em',
    trainedVoxelSizesNm: [
      [10, 10, 10],
      [30, 12, 12],
    ],
    receptiveField: [17, 105, 105],
    preliminary: false,
    scores: [
      { data: 'ac4', measure: 'VI', value: 0.43, target: 'sections' },
      { data: 'ac4', measure: 'ARE', value: 0.05, target: 'sections' },
      { data: 'fib25', measure: 'VI', value: 1.21, target: 'block face' },
    ],
    fit: { rank: 0, target: 'sections', resampling: [1, 2, 2], cost: 0.2 },
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

  it('say how they fit before anything else', () => {
    const rows = Object.fromEntries(cardRows(card, [30, 6, 6], 420_000).map(({ name, value }) => [name, plain(value)]));
    expect(rows).toEqual({
      'Trained at': '12 × 12 × 30 nm',
      Resampling: 'x, y ÷ 2',
      'Held-out VI': '0.43',
      'Speed here': '0.42 Mvoxel/s',
      'Receptive field': '105 × 105 × 17',
      Licence: 'MIT',
    });
    expect(fitChip(card)).toEqual({ tone: 'ok', text: 'best fit' });
    expect(fitChip({ ...card, preliminary: true })).toEqual({ tone: 'warn', text: 'preliminary' });
  });

  it('show the score on data like the volume, and no other', () => {
    const scoreFor = (target: string, scores = card.scores) => {
      const rows = cardRows({ ...card, scores, fit: { ...card.fit!, target } }, [10, 10, 10], null);
      return rows.find(({ name }) => name.startsWith('Held-out'))!;
    };
    expect(scoreFor('block face')).toMatchObject({ name: 'Held-out VI', value: '1.21' });
    expect(scoreFor('block face').title).toContain('ac4: VI');
    expect(scoreFor('light')).toMatchObject({ value: 'not stated', title: expect.stringContaining('fib25') });
    expect(scoreFor('light', [{ data: 'any', measure: 'VI', value: 2, target: null }])).toMatchObject({
      value: '2.00',
    });
  });

  it('warn where detail would be invented', () => {
    expect(resampling([1 / 3.75, 1, 1])).toEqual({ value: 'z × 3.75', tone: 'warn' });
    expect(resampling([1, 1, 1])).toEqual({ value: 'none' });
    expect(resampling(null).value).toMatch(/voxel size/);
  });

  it('do not make up what the package does not state', () => {
    const bare = { ...card, trainedVoxelSizesNm: [], receptiveField: null, license: null, scores: [], fit: null };
    expect(cardRows(bare, null, null).map(({ value }) => value)).toEqual([
      'not stated',
      'needs the voxel size',
      'not stated',
      'not run yet',
      'not stated',
      'not stated',
    ]);
  });
});

describe('what it will take', () => {
  const estimate = {
    seconds: 200,
    basis: 'measured on this machine',
    diskBytes: 412e6,
    freeDiskBytes: 218e9,
    memoryBytes: 2.9 * 2 ** 30,
    memoryBudgetBytes: 8 * 2 ** 30,
    blocks: 48,
    problems: [],
    remarks: [],
  };

  it('is four figures, with dashes before they are known', () => {
    expect(estimateFigures(estimate).map(({ value }) => plain(value))).toEqual([
      '3 min 20 s',
      '412 MB',
      '2.9 GiB',
      '48',
    ]);
    expect(estimateFigures(null).map(({ value }) => value)).toEqual(['–', '–', '–', '–']);
    expect(estimateFigures({ ...estimate, seconds: null })[0].value).toBe('not known');
  });

  it('marks what there is no room for', () => {
    const full = { ...estimate, freeDiskBytes: 1e6, memoryBytes: 9 * 2 ** 30 };
    expect(estimateFigures(full).map(({ tone }) => tone)).toEqual([undefined, 'err', 'err', undefined]);
  });
});

describe('previewLayout', () => {
  it('draws the planes to one scale', () => {
    const { width, height, depthAcross, depthDown } = previewLayout([2400, 6144, 6144], 404, 4);
    expect(width).toBe(height);
    expect(depthAcross).toBe(depthDown);
    expect(width + 4 + depthAcross).toBeLessThanOrEqual(405);
    expect(depthAcross / width).toBeCloseTo(2400 / 6144, 1);
  });

  it('keeps a thin volume visible', () => {
    expect(previewLayout([30, 6000, 3000], 404, 4).depthDown).toBe(40);
  });
});
