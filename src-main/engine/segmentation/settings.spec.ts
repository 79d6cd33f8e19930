import { describe, expect, it } from 'vitest';

import { postprocessingSchema } from '#engine/inference/packages/fascicleConfig.ts';

import { DEFAULT_SETTINGS, settingsOf, withChoice } from './settings.ts';
import type { PipelineSettings } from './settings.ts';

const none = { threshold: null, minSize: null };

describe('settingsOf', () => {
  it('takes the agglomeration of a package, with its defaults', () => {
    const of = (agglomeration: object) => {
      const { score, threshold } = settingsOf(postprocessingSchema.parse({ agglomeration }), [1, 1, 1]);
      return { score, threshold };
    };
    expect(of({ method: 'mean', threshold: 0.8 })).toEqual({ score: { kind: 'mean' }, threshold: 0.8 });
    expect(of({ method: 'quantile', threshold: 0.6 })).toEqual({
      score: { kind: 'quantile', quantile: 0.5 },
      threshold: 0.6,
    });
    expect(of({ method: 'multicut' })).toEqual({
      score: { kind: 'multicut', beta: 0.25, byContactArea: true },
      threshold: 0.5,
    });
  });

  it('refuses values of another method', () => {
    for (const agglomeration of [
      { method: 'mean', threshold: 0.5, beta: 0.3 },
      { method: 'multicut', beta: 1 },
      { method: 'mean' },
    ])
      expect(postprocessingSchema.safeParse({ agglomeration }).success).toBe(false);
  });
});

describe('withChoice', () => {
  it('keeps what was not chosen', () => {
    expect(withChoice(DEFAULT_SETTINGS, none)).toEqual(DEFAULT_SETTINGS);
    expect(withChoice(DEFAULT_SETTINGS, { threshold: 0.3, minSize: 7 })).toEqual({
      ...DEFAULT_SETTINGS,
      threshold: 0.3,
      minSize: 7,
    });
  });

  it('does not cut another kind of score at a threshold that was recommended for this one', () => {
    const recommended = { ...DEFAULT_SETTINGS, threshold: 0.8 };
    const score = { kind: 'multicut', beta: 0.3, byContactArea: true } as const;
    expect(withChoice(recommended, { ...none, score })).toMatchObject({ score, threshold: 0.5 });
    expect(withChoice(recommended, { ...none, score, threshold: 0.7 })).toMatchObject({ score, threshold: 0.7 });
    expect(withChoice(recommended, { ...none, score: { kind: 'mean' } }).threshold).toBe(0.8);
  });

  it('takes as beta what is recommended: that of a multicut, or the threshold of a mean', () => {
    const score = { kind: 'multicut', beta: null, byContactArea: false } as const;
    const betaFor = (changes: Partial<PipelineSettings>) =>
      withChoice({ ...DEFAULT_SETTINGS, ...changes }, { ...none, score }).score;
    expect(betaFor({ threshold: 0.8 })).toEqual({ ...score, beta: 0.8 });
    expect(betaFor({ threshold: 1 })).toEqual({ ...score, beta: 0.99 });
    expect(betaFor({ score: { ...score, beta: 0.3 }, threshold: 0.5 })).toEqual({ ...score, beta: 0.3 });
  });
});
