import type { Job, JobStage, JobState } from '#contract/routes/jobs.ts';
import { endJob, writeJobState } from '#engine/project/jobs.ts';
import { describeFailure } from '#engine/segmentation/projectJob.ts';

import type { JobProgress } from './jobProgress.ts';
import type { LiveJob, LiveJobOptions } from './liveJob.ts';
import { persistJob } from './persistJob.ts';

export type StagedJobOptions = Pick<LiveJobOptions, 'id' | 'open' | 'record' | 'log' | 'now' | 'onChange'>;

/** Work done in the stage of a title. */
export interface StagedProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

/** Work that is done from the beginning or not at all. */
export interface StagedWork<Result extends object> {
  readonly kind: Job['kind'];
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
export function createStagedJob<Result extends object>(
  { id, open, record, log, now, onChange }: StagedJobOptions,
  work: StagedWork<Result>,
): LiveJob {
  const { database } = open.project;
  const stages = work.stages.map((title): JobStage => ({
    ...{ title, state: 'waiting', done: 0, total: 0, unit: 'blocks', seconds: 0 },
  }));
  const controller = new AbortController();
  let state: JobState = 'queued';
  let error: Job['error'] = null;
  let startedAt = record.startedAt;
  let endedAt: string | null = null;
  let facts: Job['facts'] = [];
  let stageBegan = 0;
  let stopAs: 'paused' | 'cancelled' | null = null;
  let ended: Promise<void> = Promise.resolve();

  const fraction = (): number =>
    stages.reduce((sum, stage) => sum + (stage.total > 0 ? Math.min(1, stage.done / stage.total) : 0), 0) /
    stages.length;
  const progress = (): JobProgress => ({
    ...{
      title: work.title,
      detail: work.detail,
      voxels: 0,
      stages,
      fraction: state === 'done' ? 1 : fraction(),
    },
    ...{ blocks: [], throughput: [], provider: null, facts },
  });

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

  function end(as: JobState, write: () => void): void {
    state = as;
    endedAt = as === 'paused' ? null : new Date(now()).toISOString();
    for (const stage of stages)
      if (as === 'done') Object.assign(stage, { state: 'done', done: stage.total });
      else if (stage.state === 'running') stage.state = as === 'failed' ? 'failed' : 'waiting';
    persistJob(database, log, record.id, progress(), write);
    onChange(true);
  }

  function stopped(as: 'paused' | 'cancelled'): void {
    log.add('info', `${as}; ${work.stopped}`);
    end(as, () =>
      as === 'paused'
        ? writeJobState(database, record.id, 'paused')
        : endJob(database, record.id, 'cancelled', {
            kind: 'cancelled',
            message: `It was cancelled; ${work.stopped}.`,
          }),
    );
  }

  async function runOnce(): Promise<void> {
    state = 'running';
    startedAt = new Date(now()).toISOString();
    try {
      writeJobState(database, record.id, 'running', new Date(now()));
      log.add('info', 'started');
      onChange(true);
      const result = await work.run({ signal: controller.signal, onProgress: report });
      const said = work.report(result);
      facts = said.facts;
      log.add('info', `finished: ${said.words}`);
      end('done', () => endJob(database, record.id, 'done', result));
    } catch (failure) {
      if (stopAs !== null) stopped(stopAs);
      else {
        error = describeFailure(failure);
        log.add('error', error!.message);
        end('failed', () => endJob(database, record.id, 'failed', error));
      }
    }
    await log.flush();
  }

  return {
    id,
    project: open.id,
    givesWay: false,
    get state() {
      return state;
    },
    present: () => ({
      ...{ id, project: open.id, kind: work.kind, title: work.title, detail: work.detail, state },
      stages: stages.map((stage) => ({ ...stage })),
      fraction: state === 'done' ? 1 : fraction(),
      ...{ secondsLeft: null, voxelsPerSecond: null, provider: null, facts, error },
      resume: state === 'done' ? null : work.resume,
      ...{ queuedAt: record.queuedAt, startedAt, endedAt },
    }),
    course: async () => ({
      throughput: [],
      throughputUnit: 'blocks/s',
      blocks: [],
      blockSeconds: [],
      log: await log.lines(),
    }),
    run: () => (ended = runOnce()),
    async stop(as) {
      if (state === 'queued') return stopped(as);
      if (state !== 'running') return;
      stopAs = as;
      controller.abort();
      await ended;
    },
  };
}
