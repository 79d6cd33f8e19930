import type { Job, JobStage } from '#contract/routes/jobs.ts';

import { createJobLife } from './jobLife.ts';
import type { JobLifeOptions, LiveJob } from './jobLife.ts';

/** Work done in the stage of a title. */
export interface StagedProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

/** Work that is done from the beginning or not at all. */
export interface StagedWork<Result extends object> {
  readonly title: string;
  readonly detail: string;
  /** Titles, in order. */
  readonly stages: readonly string[];
  /** What is true after it was stopped: 'nothing was written'. */
  readonly stopped: string;
  /** How it goes on: 'it begins anew'. */
  readonly resume: string;
  run(options: { signal: AbortSignal; onProgress: (progress: StagedProgress) => void }): Promise<Result>;
  /** What is said and kept of the result. */
  report(result: Result): { readonly words: string; readonly facts: Job['facts'] };
}

/** A job in stages that has no place to go on from: what was paused or cancelled begins anew. */
export function createStagedJob<Result extends object>(options: JobLifeOptions, work: StagedWork<Result>): LiveJob {
  const { log, now, onChange } = options;
  const stages = work.stages.map((title): JobStage => ({
    ...{ title, state: 'waiting', done: 0, total: 0, unit: 'blocks', seconds: 0 },
  }));
  let facts: Job['facts'] = [];
  let stageBegan = 0;

  const fraction = (): number =>
    stages.reduce((sum, stage) => sum + (stage.total > 0 ? Math.min(1, stage.done / stage.total) : 0), 0) /
    stages.length;

  function report({ stage: title, done, total, unit }: StagedProgress): void {
    const at = stages.findIndex((stage) => stage.title === title);
    const stage = stages[at];
    if (stage === undefined) return;
    const isNew = stage.state !== 'running';
    if (isNew) {
      stageBegan = now();
      for (const before of stages.slice(0, at)) before.state = 'done';
      log.add('info', `${title} begins`);
    }
    Object.assign(stage, { state: 'running', done, total, unit, seconds: (now() - stageBegan) / 1000 });
    onChange(isNew);
  }

  return createJobLife<Result>(options, {
    givesWay: false,
    goesOn: false,
    beginning: 'started',
    stopped: work.stopped,
    cancelled: `It was cancelled; ${work.stopped}.`,
    run: (signal) => work.run({ signal, onProgress: report }),
    finished(result) {
      const said = work.report(result);
      facts = said.facts;
      return `finished: ${said.words}`;
    },
    settle(end) {
      for (const stage of stages)
        if (end === 'done') Object.assign(stage, { state: 'done', done: stage.total });
        else if (stage.state === 'running') stage.state = end === 'failed' ? 'failed' : 'waiting';
    },
    progress: (state) => ({
      ...{ title: work.title, detail: work.detail, voxels: 0, stages },
      fraction: state === 'done' ? 1 : fraction(),
      ...{ blocks: [], throughput: [], provider: null, facts },
    }),
    resume: () => work.resume,
    course: () => ({ throughput: [], throughputUnit: 'blocks/s', blocks: [], blockSeconds: [] }),
  });
}
