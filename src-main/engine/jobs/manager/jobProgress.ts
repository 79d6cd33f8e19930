import type { Job, JobCourse, JobStage } from '#contract/routes/jobs.ts';

/** How far a job is, as its project keeps it, so that it can be shown after the engine has died. Plain JSON. */
export interface JobProgress {
  readonly title: string;
  readonly detail: string;
  /** Of the project; 0 before the volume was opened. */
  readonly voxels: number;
  readonly stages: readonly JobStage[];
  readonly fraction: number;
  /** Blocks of the running stage. */
  readonly blocks: readonly number[];
  readonly throughput: JobCourse['throughput'];
  readonly provider: Job['provider'];
  readonly facts: Job['facts'];
}

/** The stage at which a job stopped or is, or undefined where all are done or none has begun. */
export function currentStage(progress: Pick<JobProgress, 'stages'>): JobStage | undefined {
  return (
    progress.stages.find(({ state }) => state === 'running' || state === 'failed') ??
    progress.stages.find(({ state }) => state === 'waiting')
  );
}

/** 'Network, block 34 of 120': where a job stopped, for one line. Null where nothing is known of it. */
export function placeOf(progress: Pick<JobProgress, 'stages'> | null): string | null {
  const stage = progress === null ? undefined : currentStage(progress);
  if (stage === undefined) return null;
  if (stage.unit !== 'blocks' || stage.total === 0) return stage.title;
  return `${stage.title}, block ${Math.min(stage.done + 1, stage.total)} of ${stage.total}`;
}

/** The throughput as a plot shows it. @param voxels a second, over time */
export function presentThroughput(voxels: JobCourse['throughput']): Pick<JobCourse, 'throughput' | 'throughputUnit'> {
  const throughput = voxels.map(({ at, perSecond }) => ({
    at,
    perSecond: perSecond === null ? null : perSecond / 1e6,
  }));
  return { throughput, throughputUnit: 'Mvoxel/s' };
}

/** From where a job goes on if it stops now. Null where there is nothing to go on with. */
export function resumeLine(progress: Pick<JobProgress, 'stages'> | null): string | null {
  const stage = progress === null ? undefined : currentStage(progress);
  if (stage === undefined) return null;
  const block = stage.unit === 'blocks' && stage.done > 0 && stage.done < stage.total;
  return block
    ? `it resumes at block ${stage.done + 1} of ${stage.total} of '${stage.title}', with the same bytes`
    : `it resumes at '${stage.title}', with the same bytes`;
}
