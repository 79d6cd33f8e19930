import type { RequestedProvider } from '#compute/providers.ts';
import type { Box, VoxelSizeNm } from '#domain/geometry.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';

import type { ProgressListener } from './progress.ts';
import type { ScoreChoice } from './settings.ts';
import type { SupervoxelValues } from './supervoxelSettings.ts';

/**
 * What a user asked for, as a project writes it down: enough to run the job again. Plain JSON; null leaves a choice to the files or
 * the model package. Paths may name a dataset after ':'.
 */
export interface SegmentationRequest {
  readonly raw: string | null;
  /** The stored axes of the raw volume and of labels, slowest first. */
  readonly axes: string | null;
  readonly voxelSizeNm: VoxelSizeNm | null;
  readonly region: Box | null;
  readonly method:
    | {
        readonly kind: 'network';
        /** Id or folder of a model package. */
        readonly model: string | null;
        readonly provider: RequestedProvider;
        readonly threshold: number | null;
        readonly minSize: number | null;
        /** This and what follows is absent in requests of projects from before there was a choice. */
        readonly score?: ScoreChoice | null | undefined;
        readonly supervoxels?: SupervoxelMethod | null | undefined;
        readonly supervoxelValues?: SupervoxelValues | null | undefined;
        readonly foregroundRestriction?: boolean | null | undefined;
        /** The image has bright membranes. */
        readonly invert?: boolean | undefined;
      }
    | {
        readonly kind: 'affinities';
        readonly affinities: string;
        /** What they are lowered to; null or absent for nothing. */
        readonly foreground?: string | null | undefined;
        readonly threshold: number | null;
        readonly minSize: number | null;
        readonly score?: ScoreChoice | null | undefined;
        readonly supervoxels?: SupervoxelMethod | null | undefined;
        readonly supervoxelValues?: SupervoxelValues | null | undefined;
      }
    | {
        readonly kind: 'labels';
        readonly labels: string;
        readonly affinities: string | null;
        readonly foreground?: string | null | undefined;
        readonly threshold: number | null;
      };
}

/** How a job is run; nothing here changes its result. */
export interface RunOptions {
  /** Edge of a block in voxels; null to have enough of them for the threads. */
  readonly block: number | null;
  readonly threads: number;
  /** What the network may take. */
  readonly memoryBudgetBytes?: number;
  /** The job's row in the project, for an owner that writes down its states; the job makes and ends one when absent. */
  readonly record?: number | undefined;
  /** Called once the project knows its volumes, before the work begins. */
  readonly onSources?: (() => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}
