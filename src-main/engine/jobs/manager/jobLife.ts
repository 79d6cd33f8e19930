import type { Job, JobCourse, JobState } from '#contract/routes/jobs.ts';
import { isCancellation } from '#domain/errors.ts';
import type { OpenProject } from '#engine/http/projectRegistry.ts';
import { endJob, writeJobState } from '#engine/project/jobs.ts';
import type { JobRecord } from '#engine/project/jobs.ts';
import { describeFailure } from '#engine/segmentation/projectJob.ts';

import type { JobLog } from './jobLog.ts';
import type { JobProgress } from './jobProgress.ts';
import { persistJob } from './persistJob.ts';

/** A job that this engine has queued or runs, or ran. */
export interface LiveJob {
  readonly id: string;
  readonly project: string;
  readonly state: JobState;
  /** True for work that nobody asked for: it makes room for what somebody does. */
  readonly givesWay: boolean;
  present(): Job;
  course(): Promise<JobCourse>;
  /** Runs to its end, whichever that is: it never throws. */
  run(): Promise<void>;
  /** Ends its compute process, and waits until it has ended; a job that waits for its turn is only marked. */
  stop(state: 'paused' | 'cancelled'): Promise<void>;
}

export interface JobLifeOptions {
  readonly id: string;
  readonly open: OpenProject;
  readonly record: JobRecord;
  readonly log: JobLog;
  readonly now: () => number;
  /** `important` for a new state: it is shown at once. */
  readonly onChange: (important: boolean) => void;
}

/** How a run ended. */
export type JobEnd = 'done' | 'failed' | 'paused' | 'cancelled';

/** What a job does, and how it tells of it. */
export interface JobWork<Result extends object | null> {
  readonly givesWay: boolean;
  /** True where a job that was stopped goes on from what is finished, false where it begins anew. */
  readonly goesOn: boolean;
  /** First line of the log: 'resumed at ...'. */
  readonly beginning: string;
  /** What is true after it was stopped: 'nothing was written'. */
  readonly stopped: string;
  /** What is kept as the reason of a job that was cancelled, a sentence. */
  readonly cancelled: string;
  /**
   * @returns what the project keeps of the result
   * @throws FascicleError; after `signal` the job counts as stopped whatever it is, and what is no cancellation is told in the log
   */
  run(signal: AbortSignal): Promise<Result>;
  /** Last line of the log of a run that was done. */
  finished(result: Result): string;
  /** Takes the end into the stages, before they are written down. */
  settle(end: JobEnd): void;
  progress(state: JobState): JobProgress;
  /** While it runs. */
  speed?(): Pick<Job, 'secondsLeft' | 'voxelsPerSecond'>;
  /** From where it would go on. */
  resume(progress: JobProgress): string | null;
  course(): Omit<JobCourse, 'log'>;
  /** Learns of a run that was done. What goes wrong here is told in the log. */
  afterDone?(result: Result): Promise<void>;
  /** Whichever its end; as `afterDone`. */
  afterEnd?(): Promise<void>;
}

/** The life of a job: queued, running, and one end, each written down with its place. */
export function createJobLife<Result extends object | null>(
  { id, open, record, log, now, onChange }: JobLifeOptions,
  work: JobWork<Result>,
): LiveJob {
  const { database } = open.project;
  const controller = new AbortController();
  let state: JobState = 'queued';
  let error: Job['error'] = null;
  let startedAt = record.startedAt;
  let endedAt: string | null = null;
  let stopAs: 'paused' | 'cancelled' | null = null;
  let ended: Promise<void> = Promise.resolve();

  function end(as: JobEnd, words: string, write: () => void): void {
    state = as;
    endedAt = as === 'paused' ? null : new Date(now()).toISOString();
    work.settle(as);
    log.add(as === 'failed' ? 'error' : 'info', words);
    persistJob(database, log, record.id, work.progress(state), write);
    onChange(true);
  }

  function stopped(as: 'paused' | 'cancelled'): void {
    end(as, `${as}; ${work.stopped}`, () =>
      as === 'paused'
        ? writeJobState(database, record.id, 'paused')
        : endJob(database, record.id, 'cancelled', { kind: 'cancelled', message: work.cancelled }),
    );
  }

  async function runOnce(): Promise<void> {
    const began = new Date(now());
    state = 'running';
    if (startedAt === null || !work.goesOn) startedAt = began.toISOString();
    try {
      writeJobState(database, record.id, 'running', began);
      log.add('info', work.beginning);
      onChange(true);
      const result = await work.run(controller.signal);
      end('done', work.finished(result), () => endJob(database, record.id, 'done', result));
      await afterwards(() => work.afterDone?.(result));
    } catch (failure) {
      const reason = describeFailure(failure);
      if (stopAs !== null) {
        if (!isCancellation(failure)) log.add('warn', reason.message);
        stopped(stopAs);
      } else {
        error = reason;
        end('failed', reason.message, () => endJob(database, record.id, 'failed', reason));
      }
    }
    await afterwards(() => work.afterEnd?.());
    await log.flush();
  }

  /** What follows a job does not change how it ended. */
  async function afterwards(follow: () => Promise<void> | undefined): Promise<void> {
    try {
      await follow();
    } catch (failure) {
      log.add('warn', describeFailure(failure).message);
    }
  }

  return {
    id,
    project: open.id,
    givesWay: work.givesWay,
    get state() {
      return state;
    },
    present: () => {
      const progress = work.progress(state);
      const { title, detail, stages, fraction, provider, facts } = progress;
      return {
        ...{ id, project: open.id, kind: record.kind as Job['kind'], title, detail, state },
        stages: stages.map((stage) => ({ ...stage })),
        fraction,
        ...{ secondsLeft: null, voxelsPerSecond: null },
        ...(state === 'running' ? work.speed?.() : {}),
        ...{ provider, facts: facts.slice(), error },
        resume: state === 'done' ? null : work.resume(progress),
        ...{ queuedAt: record.queuedAt, startedAt, endedAt },
      };
    },
    course: async () => ({ ...work.course(), log: await log.lines() }),
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
