/** How far a stage of a job is. `done` and `total` count `unit`s: blocks, tiles, edges. */
export interface StageProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  /** What a reader should know meanwhile: the execution provider, the speed. */
  readonly note?: string;
}

export type ProgressListener = (progress: StageProgress) => void;
