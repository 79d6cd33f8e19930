import type { NetworkPlan } from '#compute/messages.ts';

/** What the engine and the compute process report on, in words for a reader. */
export type StageName =
  | 'Reading the volume'
  | 'Measuring intensities'
  | 'Network'
  | 'Reading ids'
  | 'Watershed'
  | 'Stitching'
  | 'Region graph'
  | 'Merging graphs'
  | 'Writing supervoxels'
  | 'Pyramid'
  | 'Coarser levels'
  | 'Agglomeration'
  | 'Writing the project'
  | 'Meshes'
  | 'Painting'
  | 'Comparing'
  | 'Exporting'
  | 'Counting voxels'
  | 'Averaging'
  | 'Reading chunks';

/** How far a stage of a job is. `done` and `total` count `unit`s: blocks, tiles, edges. */
export interface StageProgress {
  readonly stage: StageName;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** What a reader should know meanwhile: the execution provider, the speed. */
  readonly note?: string;
  /** The block that begins or has ended, by its place in the order of the stage. */
  readonly block?: { readonly index: number; readonly state: 'running' | 'done' };
  /** What runs the network and how it is tiled, as soon as each is known. */
  readonly network?: NetworkPlan;
}

export type ProgressListener = (progress: StageProgress) => void;
