import { voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { Postprocessing } from '#engine/inference/packages/fascicleConfig.ts';

import type { ScoreSetting } from './agglomerateGraph.ts';
import type { SegmentationSettings } from './segmentAffinities.ts';

/** What follows the network, with every value decided. */
export interface PipelineSettings extends SegmentationSettings {
  /** Lower every affinity to the foreground of its voxel before the watershed. */
  readonly foregroundRestriction: boolean;
  /** The cut that the project starts with, 0..1. */
  readonly threshold: number;
  /** Voxels below which a segment goes to its strongest neighbour. */
  readonly minSize: number;
}

/** Values for affinities of unknown origin; a model package brings its own, chosen on validation data. */
export const DEFAULT_SETTINGS: PipelineSettings = {
  foregroundRestriction: false,
  watershed: { low: 0.0001, high: 0.9999, sizeThreshold: 25, mergeLow: 0.1 },
  score: { kind: 'mean' },
  threshold: 0.5,
  minSize: 0,
};

/**
 * The settings that a model package recommends.
 *
 * @param factor source voxels for each voxel of the network, z, y, x: sizes in the package count voxels of the network
 */
export function settingsOf(recommended: Postprocessing, factor: Zyx): PipelineSettings {
  const { watershed, agglomeration, minSize = 0, foregroundRestriction } = recommended;
  const toSource = (voxels: number) => Math.round(voxels * voxelCount(factor));
  const defaults = DEFAULT_SETTINGS;
  return {
    foregroundRestriction,
    watershed: watershed
      ? {
          low: watershed.low,
          high: watershed.high,
          sizeThreshold: toSource(watershed.sizeThreshold),
          mergeLow: watershed.mergeLow ?? watershed.low,
        }
      : defaults.watershed,
    score: agglomeration ? scoreOf(agglomeration) : defaults.score,
    threshold: agglomeration?.threshold ?? defaults.threshold,
    minSize: toSource(minSize),
  };
}

function scoreOf(agglomeration: NonNullable<Postprocessing['agglomeration']>): ScoreSetting {
  switch (agglomeration.method) {
    case 'mean':
      return { kind: 'mean' };
    case 'quantile':
      return { kind: 'quantile', quantile: agglomeration.quantile };
    case 'multicut':
      return { kind: 'multicut', beta: agglomeration.beta, byContactArea: agglomeration.byContactArea };
  }
}

/** A score as a user chooses it. */
export type ScoreChoice =
  | Exclude<ScoreSetting, { kind: 'multicut' }>
  | {
      readonly kind: 'multicut';
      /** Null for the recommended one, see `recommendedBeta`. */
      readonly beta: number | null;
      readonly byContactArea: boolean;
    };

/** What a user chose instead of the recommended; null or absent for none. */
export interface SettingsChoice {
  readonly score?: ScoreChoice | null | undefined;
  readonly threshold: number | null;
  readonly minSize: number | null;
}

/** Settings with what a user chose. A threshold that was recommended for another kind of score says nothing about the chosen one. */
export function withChoice(
  settings: PipelineSettings,
  { score, threshold, minSize }: SettingsChoice,
): PipelineSettings {
  const recommended = score && score.kind !== settings.score.kind ? DEFAULT_SETTINGS.threshold : settings.threshold;
  return {
    ...settings,
    score: score ? decided(score, settings) : settings.score,
    threshold: threshold ?? recommended,
    minSize: minSize ?? settings.minSize,
  };
}

function decided(score: ScoreChoice, settings: PipelineSettings): ScoreSetting {
  return score.kind === 'multicut' ? { ...score, beta: score.beta ?? recommendedBeta(settings) } : score;
}

/**
 * The beta for affinities for which these settings are recommended. By mean affinity two sides are joined from the threshold up, by
 * multicut, where nothing else is at hand, from beta up: the best of one is about the best of the other (docs/benchmarks.md).
 */
function recommendedBeta({ score, threshold }: PipelineSettings): number {
  if (score.kind === 'multicut') return score.beta;
  return Math.min(Math.max(threshold, 0.01), 0.99);
}
