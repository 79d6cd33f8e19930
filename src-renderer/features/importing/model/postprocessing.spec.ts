import { describe, expect, it } from 'vitest';

import type { Recommendation } from '#contract/routes/projects.ts';

import { AS_RECOMMENDED, betaOf, scoreChoices, supervoxelChoices, withBeta, withScoreKind } from './postprocessing.ts';

const means: Recommendation = {
  supervoxels: 'watershed',
  score: { kind: 'mean' },
  threshold: 0.2,
  minSize: 300,
  foregroundRestriction: false,
};
const multicut: Recommendation = {
  ...means,
  supervoxels: 'distance-transform-2d',
  score: { kind: 'multicut', beta: 0.25, byContactArea: false },
  threshold: 0.5,
};

describe('what follows a network', () => {
  it('is first what the network recommends, in words', () => {
    expect(supervoxelChoices(multicut)[0]).toEqual({
      value: '',
      label: 'As the network has it: of each slice, by distance',
    });
    expect(scoreChoices(multicut)[0].label).toBe('As the network has it: multicut');
    expect(scoreChoices(null)[0].label).toBe('Mean affinity');
  });

  it('has a beta where a multicut is made: the one chosen, that of the network, or its threshold of means', () => {
    expect(betaOf(AS_RECOMMENDED, means)).toBeNull();
    expect(betaOf(AS_RECOMMENDED, multicut)).toBe(0.25);
    expect(betaOf(withScoreKind(AS_RECOMMENDED, 'mean'), multicut)).toBeNull();
    expect(betaOf(withScoreKind(AS_RECOMMENDED, 'multicut'), means)).toBe(0.2);
    expect(betaOf(withScoreKind(AS_RECOMMENDED, 'multicut'), null)).toBe(0.5);
    expect(betaOf(withScoreKind(AS_RECOMMENDED, 'multicut'), { ...means, threshold: 1 })).toBe(0.99);
    expect(betaOf(withBeta(AS_RECOMMENDED, 0.4, multicut), multicut)).toBe(0.4);
  });

  it('keeps how the network weighs edges when beta is moved', () => {
    expect(withBeta(AS_RECOMMENDED, 0.4, multicut).score).toEqual({
      kind: 'multicut',
      beta: 0.4,
      byContactArea: false,
    });
    expect(withBeta(AS_RECOMMENDED, 0.4, means).score).toMatchObject({ byContactArea: true });
    expect(withScoreKind(withBeta(AS_RECOMMENDED, 0.4, means), '').score).toBeNull();
  });
});
