import { FascicleError } from '#domain/errors.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';
import type { WatershedThresholds } from '#native/affinityWatershed.ts';
import { DEFAULT_SEEDED_WATERSHED } from '#native/seededWatershed.ts';

/** Watershed of the affinities themselves, of the volume in space (Zlateski and Seung 2015). */
export interface AffinityWatershedSettings extends Pick<WatershedThresholds, 'low' | 'high'> {
  readonly method: 'watershed';
  /** Voxels below which a fragment joins its strongest neighbour; 0 or 1 leaves all fragments. */
  readonly sizeThreshold: number;
  /** Affinity that the contact to that neighbour must have. */
  readonly mergeLow: number;
}

/**
 * Watershed of the boundary probability from seeds that lie farthest from boundaries (Beier et al., Nature Methods 2017): every slice by
 * itself, from the links in the plane alone, or the volume in space. Lengths are in voxels along x, of the volume that is segmented.
 */
export interface DistanceTransformSettings {
  readonly method: Exclude<SupervoxelMethod, 'watershed'>;
  /** Boundary probability above which a voxel is boundary. */
  readonly threshold: number;
  /** Smoothing of the distance to boundaries before its maxima become seeds. */
  readonly sigmaSeeds: number;
  /** Smoothing of the boundary probability over which seeds grow. */
  readonly sigmaWeights: number;
  /** Weight of the boundary probability against the distance, 0 to 1. */
  readonly alpha: number;
  /** Voxels; smaller supervoxels are given to their neighbours, in the plane or in space. */
  readonly minSize: number;
}

/** Values that were chosen instead of the recommended ones. Each goes with one method. */
export type SupervoxelValues = {
  readonly [Value in Exclude<keyof AffinityWatershedSettings | keyof DistanceTransformSettings, 'method'>]?:
    number | undefined;
};

/** What decides the supervoxels, besides the affinities. */
export type SupervoxelSettings = AffinityWatershedSettings | DistanceTransformSettings;

/** The values of the published generalist model (SegNeuron, MICCAI 2024). */
export const DISTANCE_TRANSFORM_DEFAULTS: Omit<DistanceTransformSettings, 'method'> = {
  threshold: DEFAULT_SEEDED_WATERSHED.threshold,
  sigmaSeeds: DEFAULT_SEEDED_WATERSHED.sigmaSeeds,
  sigmaWeights: DEFAULT_SEEDED_WATERSHED.sigmaWeights,
  alpha: DEFAULT_SEEDED_WATERSHED.alpha,
  minSize: DEFAULT_SEEDED_WATERSHED.minSize,
};

/** Values for affinities of unknown origin. */
export const AFFINITY_WATERSHED_DEFAULTS: AffinityWatershedSettings = {
  method: 'watershed',
  low: 0.0001,
  high: 0.9999,
  sizeThreshold: 25,
  mergeLow: 0.1,
};

/**
 * Settings with chosen values.
 *
 * @throws FascicleError 'bad-request' for values that the method does not have, or that contradict one another
 */
export function withValues(
  settings: SupervoxelSettings,
  values: SupervoxelValues | null | undefined,
): SupervoxelSettings {
  const chosen = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  if (chosen.some(([name]) => !(name in settings)))
    throw new FascicleError(
      'bad-request',
      settings.method === 'watershed'
        ? 'Boundary probability, sigmas, alpha and the smallest supervoxel go with supervoxels by distance transform, not with the watershed ' +
            'of affinities. Choose distance-transform-2d or distance-transform-3d.'
        : 'Low, high, size threshold and the affinity to merge at go with the watershed of affinities, not with ' +
            `${settings.method}. Choose watershed.`,
    );
  const made = { ...settings, ...Object.fromEntries(chosen) } as SupervoxelSettings;
  if (made.method === 'watershed' && made.low > made.high)
    throw new FascicleError(
      'bad-request',
      `Links of ${made.low} or less would not exist, and those of ${made.high} or more always join: low must not exceed high.`,
    );
  return made;
}

/** The values of settings, as a user could have chosen them. */
export function valuesOf({ method, ...values }: SupervoxelSettings): SupervoxelValues {
  return values;
}

/** The values of a method for affinities of unknown origin. */
export function defaultSupervoxels(method: SupervoxelMethod): SupervoxelSettings {
  return method === 'watershed' ? AFFINITY_WATERSHED_DEFAULTS : { method, ...DISTANCE_TRANSFORM_DEFAULTS };
}
