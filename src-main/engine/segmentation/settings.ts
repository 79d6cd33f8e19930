import { FascicleError } from '#domain/errors.ts';
import { voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';
import type { Postprocessing } from '#engine/inference/packages/fascicleConfig.ts';

import type { ScoreSetting } from './agglomerateGraph.ts';
import type { SegmentationSettings } from './segmentAffinities.ts';
import {
  AFFINITY_WATERSHED_DEFAULTS,
  DISTANCE_TRANSFORM_DEFAULTS,
  defaultSupervoxels,
  withValues,
} from './supervoxelSettings.ts';
import type { SupervoxelSettings, SupervoxelValues } from './supervoxelSettings.ts';

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
  supervoxels: AFFINITY_WATERSHED_DEFAULTS,
  score: { kind: 'mean' },
  threshold: 0.5,
  minSize: 0,
};

/** A network as far as its recommendations need it. */
interface RecommendingNetwork {
  readonly postprocessing: Postprocessing;
  /** Source voxels for each voxel of the network, z, y, x: lengths and sizes in the package count voxels of the network. */
  readonly factor: Zyx;
  readonly hasForeground: boolean;
}

/**
 * The settings that a model package recommends, with what a user chose instead.
 *
 * @throws FascicleError 'bad-request' for a restriction to a foreground that the network does not give
 */
export function settingsOf(
  { postprocessing, factor, hasForeground }: RecommendingNetwork,
  choice: SettingsChoice = {},
): PipelineSettings {
  const { agglomeration, minSize = 0, foregroundRestriction = hasForeground } = postprocessing;
  if (choice.foregroundRestriction === true && !hasForeground)
    throw new FascicleError(
      'bad-request',
      'The network gives no foreground, so affinities cannot be restricted to it. Leave the restriction out.',
    );
  const defaults = DEFAULT_SETTINGS;
  const method = choice.supervoxels ?? postprocessing.supervoxels?.method ?? 'watershed';
  return withChoice(
    {
      foregroundRestriction: hasForeground && (choice.foregroundRestriction ?? foregroundRestriction),
      supervoxels: withValues(supervoxelsOf(postprocessing, factor, method), choice.supervoxelValues),
      score: agglomeration ? scoreOf(agglomeration) : defaults.score,
      threshold: agglomeration?.threshold ?? defaults.threshold,
      minSize: Math.round(minSize * voxelCount(factor)),
    },
    choice,
  );
}

/** The settings for affinities of unknown origin, with what a user chose instead. */
export function settingsWithoutNetwork(choice: SettingsChoice): PipelineSettings {
  const supervoxels = withValues(defaultSupervoxels(choice.supervoxels ?? 'watershed'), choice.supervoxelValues);
  return withChoice({ ...DEFAULT_SETTINGS, supervoxels }, choice);
}

function supervoxelsOf(
  { watershed, supervoxels }: Postprocessing,
  factor: Zyx,
  method: SupervoxelMethod,
): SupervoxelSettings {
  if (method === 'watershed') {
    if (watershed === undefined) return AFFINITY_WATERSHED_DEFAULTS;
    const { low, high, sizeThreshold, mergeLow = low } = watershed;
    return { method, low, high, sizeThreshold: Math.round(sizeThreshold * voxelCount(factor)), mergeLow };
  }
  // A package that does not speak of this method knows no lengths for it: the published ones then count voxels of the volume.
  if (supervoxels === undefined || supervoxels.method === 'watershed') return defaultSupervoxels(method);
  const { threshold, sigmaSeeds, sigmaWeights, alpha, minSize } = { ...DISTANCE_TRANSFORM_DEFAULTS, ...supervoxels };
  const along = factor[2];
  const size = method === 'distance-transform-2d' ? factor[1] * factor[2] : voxelCount(factor);
  return {
    ...{ method, threshold, alpha, minSize: Math.round(minSize * size) },
    ...{ sigmaSeeds: sigmaSeeds * along, sigmaWeights: sigmaWeights * along },
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
  readonly supervoxels?: SupervoxelMethod | null | undefined;
  /** Lengths and sizes in voxels of the volume. */
  readonly supervoxelValues?: SupervoxelValues | null | undefined;
  /** Lower affinities to the foreground. */
  readonly foregroundRestriction?: boolean | null | undefined;
  readonly score?: ScoreChoice | null | undefined;
  readonly threshold?: number | null | undefined;
  readonly minSize?: number | null | undefined;
}

/** A threshold that was recommended for another kind of score says nothing about the chosen one. */
function withChoice(settings: PipelineSettings, { score, threshold, minSize }: SettingsChoice): PipelineSettings {
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
