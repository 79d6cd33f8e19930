import type { ScoreSetting } from '#engine/segmentation/agglomerateGraph.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';

import { STAGE_KEYS } from './stagePlan.ts';
import type { StageKey } from './stagePlan.ts';

/** What speeds are kept for: stages, and ways to go through one that differ much in what they take. */
export const PACE_KEYS = [...STAGE_KEYS, 'slice-watershed', 'space-watershed', 'multicut'] as const;
export type PaceKey = (typeof PACE_KEYS)[number];

/** What decides how a stage is gone through; what is absent is the usual. */
export interface StageMethods {
  readonly supervoxels?: { readonly method: SupervoxelMethod } | undefined;
  readonly score?: Pick<ScoreSetting, 'kind'> | undefined;
}

/** How a stage is gone through. */
export function paceOf(stage: StageKey, { supervoxels, score }: StageMethods): PaceKey {
  if (stage === 'agglomerate' && score?.kind === 'multicut') return 'multicut';
  if (stage !== 'watershed') return stage;
  switch (supervoxels?.method) {
    case 'distance-transform-2d':
      return 'slice-watershed';
    case 'distance-transform-3d':
      return 'space-watershed';
    default:
      return 'watershed';
  }
}

/**
 * Seconds that a million voxels take where this machine has not measured them: two threads of a server processor
 * (docs/benchmarks.md). The network's own speed is known only by running it.
 */
export const USUAL_SECONDS_PER_MEGAVOXEL: Readonly<Record<PaceKey, number>> = {
  read: 0.03,
  normalise: 0.01,
  network: 2,
  ids: 0.02,
  watershed: 0.06,
  'slice-watershed': 0.11,
  'space-watershed': 0.2,
  graph: 0.05,
  supervoxels: 0.06,
  agglomerate: 0.005,
  multicut: 0.03,
  write: 0.015,
  coarser: 0.15,
  meshes: 0.3,
};
