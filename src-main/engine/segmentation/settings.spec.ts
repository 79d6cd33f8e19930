import { describe, expect, it } from 'vitest';

import { postprocessingSchema } from '#engine/inference/packages/fascicleConfig.ts';

import { DEFAULT_SETTINGS, settingsOf, settingsWithoutNetwork } from './settings.ts';
import { AFFINITY_WATERSHED_DEFAULTS, DISTANCE_TRANSFORM_DEFAULTS } from './supervoxelSettings.ts';

const network = (
  postprocessing: object,
  changes: { factor?: [number, number, number]; hasForeground?: boolean } = {},
) => ({
  postprocessing: postprocessingSchema.parse(postprocessing),
  factor: [1, 1, 1] as const,
  hasForeground: true,
  ...changes,
});

describe('settingsOf', () => {
  it('takes the agglomeration of a package, with its defaults', () => {
    const of = (agglomeration: object) => {
      const { score, threshold } = settingsOf(network({ agglomeration }));
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
    for (const postprocessing of [
      { agglomeration: { method: 'mean', threshold: 0.5, beta: 0.3 } },
      { agglomeration: { method: 'multicut', beta: 1 } },
      { agglomeration: { method: 'mean' } },
      { supervoxels: { method: 'watershed', sigmaSeeds: 2 } },
      { supervoxels: { method: 'distance-transform-2d', low: 0.1 } },
    ])
      expect(postprocessingSchema.safeParse(postprocessing).success).toBe(false);
  });

  it('takes chosen values of a distance transform, in voxels of the volume, and refuses them where there is none', () => {
    const supervoxels = { method: 'distance-transform-2d', sigmaSeeds: 3 } as const;
    const resampled = network({ supervoxels }, { factor: [1, 2, 2] });
    const values = { threshold: 0.4, sigmaWeights: 1, alpha: undefined };
    expect(settingsOf(resampled, { supervoxelValues: values }).supervoxels).toEqual({
      ...{ method: 'distance-transform-2d', threshold: 0.4, sigmaSeeds: 6, sigmaWeights: 1 },
      ...{ alpha: DISTANCE_TRANSFORM_DEFAULTS.alpha, minSize: 4 * DISTANCE_TRANSFORM_DEFAULTS.minSize },
    });
    expect(() => settingsWithoutNetwork({ supervoxelValues: { minSize: 20 } })).toThrow('by distance transform');
    expect(settingsWithoutNetwork({ supervoxelValues: {} }).supervoxels).toEqual(AFFINITY_WATERSHED_DEFAULTS);
  });

  it('takes chosen values of the watershed, in voxels of the volume, and refuses them where there is none', () => {
    const resampled = network({ watershed: { low: 0, high: 0.98, sizeThreshold: 100 } }, { factor: [1, 2, 2] });
    expect(settingsOf(resampled, { supervoxelValues: { high: 0.996 } }).supervoxels).toEqual({
      ...{ method: 'watershed', low: 0, high: 0.996, sizeThreshold: 400, mergeLow: 0 },
    });
    expect(settingsWithoutNetwork({ supervoxelValues: { sizeThreshold: 90 } }).supervoxels).toEqual({
      ...AFFINITY_WATERSHED_DEFAULTS,
      sizeThreshold: 90,
    });
    const slices = { supervoxels: 'distance-transform-2d', supervoxelValues: { mergeLow: 0.2 } } as const;
    expect(() => settingsWithoutNetwork(slices)).toThrow('with the watershed of affinities, not with distance-tran');
    expect(() => settingsWithoutNetwork({ supervoxelValues: { low: 0.9, high: 0.8 } })).toThrow('must not exceed');
  });

  it('makes supervoxels as the package says, or as the user does with what the package has for it', () => {
    const watershed = { low: 0.1, high: 0.9, sizeThreshold: 50 };
    const supervoxels = { method: 'distance-transform-2d', threshold: 0.3 } as const;
    const both = network({ watershed, supervoxels });
    const flooded = { method: 'watershed', ...watershed, mergeLow: 0.1 };
    expect(settingsOf(network({ watershed })).supervoxels).toEqual(flooded);
    expect(settingsOf(both).supervoxels).toEqual({ ...DISTANCE_TRANSFORM_DEFAULTS, ...supervoxels });
    expect(settingsOf(both, { supervoxels: 'watershed' }).supervoxels).toEqual(flooded);
    expect(settingsOf(both, { supervoxels: 'distance-transform-3d' }).supervoxels).toMatchObject({
      method: 'distance-transform-3d',
      threshold: 0.3,
    });
    expect(settingsOf(network({})).supervoxels).toEqual(AFFINITY_WATERSHED_DEFAULTS);
  });

  it('counts lengths and sizes in voxels of the volume: of a slice, or in space', () => {
    const factor: [number, number, number] = [0.5, 2, 2];
    const of = (method: string) => settingsOf(network({ supervoxels: { method } }, { factor })).supervoxels;
    expect(of('distance-transform-2d')).toMatchObject({ sigmaSeeds: 4, sigmaWeights: 4, minSize: 400, alpha: 0.9 });
    expect(of('distance-transform-3d')).toMatchObject({ sigmaSeeds: 4, minSize: 200 });
    expect(settingsOf(network({}, { factor }), { supervoxels: 'distance-transform-2d' }).supervoxels).toEqual({
      method: 'distance-transform-2d',
      ...DISTANCE_TRANSFORM_DEFAULTS,
    });
    const watershed = { low: 0, high: 1, sizeThreshold: 30 };
    expect(settingsOf(network({ watershed, minSize: 5 }, { factor }))).toMatchObject({
      supervoxels: { sizeThreshold: 60 },
      minSize: 10,
    });
  });

  it('restricts affinities to the foreground where there is one, unless package or user say otherwise', () => {
    const of = (postprocessing: object, hasForeground: boolean, foregroundRestriction: boolean | null = null) =>
      settingsOf(network(postprocessing, { hasForeground }), { foregroundRestriction }).foregroundRestriction;
    expect(of({}, true)).toBe(true);
    expect(of({}, false)).toBe(false);
    expect(of({ foregroundRestriction: false }, true)).toBe(false);
    expect(of({ foregroundRestriction: false }, true, true)).toBe(true);
    expect(of({}, true, false)).toBe(false);
    expect(of({}, false, false)).toBe(false);
    expect(() => of({}, false, true)).toThrowError(/gives no foreground/);
  });
});

describe('what a user chose', () => {
  it('keeps what was not chosen', () => {
    expect(settingsWithoutNetwork({})).toEqual(DEFAULT_SETTINGS);
    expect(settingsWithoutNetwork({ threshold: 0.3, minSize: 7, supervoxels: 'distance-transform-2d' })).toEqual({
      ...DEFAULT_SETTINGS,
      supervoxels: { method: 'distance-transform-2d', ...DISTANCE_TRANSFORM_DEFAULTS },
      threshold: 0.3,
      minSize: 7,
    });
  });

  it('does not cut another kind of score at a threshold that was recommended for this one', () => {
    const recommended = network({ agglomeration: { method: 'mean', threshold: 0.8 } });
    const score = { kind: 'multicut', beta: 0.3, byContactArea: true } as const;
    expect(settingsOf(recommended, { score })).toMatchObject({ score, threshold: 0.5 });
    expect(settingsOf(recommended, { score, threshold: 0.7 })).toMatchObject({ score, threshold: 0.7 });
    expect(settingsOf(recommended, { score: { kind: 'mean' } }).threshold).toBe(0.8);
  });

  it('takes as beta what is recommended: that of a multicut, or the threshold of a mean', () => {
    const score = { kind: 'multicut', beta: null, byContactArea: false } as const;
    const betaFor = (agglomeration: object) => settingsOf(network({ agglomeration }), { score }).score;
    expect(betaFor({ method: 'mean', threshold: 0.8 })).toEqual({ ...score, beta: 0.8 });
    expect(betaFor({ method: 'mean', threshold: 1 })).toEqual({ ...score, beta: 0.99 });
    expect(betaFor({ method: 'multicut', beta: 0.3 })).toEqual({ ...score, beta: 0.3 });
  });
});
