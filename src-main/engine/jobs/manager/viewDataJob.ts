import type { Job, JobState } from '#contract/routes/jobs.ts';
import { boxShape, voxelCount } from '#domain/geometry.ts';
import { endJob, writeJobState } from '#engine/project/jobs.ts';
import { SOURCE_ROLES, readSourceVolume } from '#engine/project/volumes.ts';
import type { StageProgress } from '#engine/segmentation/progress.ts';
import { describeFailure } from '#engine/segmentation/projectJob.ts';
import { requireFreeDisk } from '#engine/system/freeDisk.ts';

import { VIEW_DATA_TITLE, detailOf } from './jobFacts.ts';
import { resumeLine } from './jobProgress.ts';
import type { JobProgress } from './jobProgress.ts';
import { createJobTracker } from './jobTracker.ts';
import type { LiveJob, LiveJobOptions } from './liveJob.ts';
import { persistJob } from './persistJob.ts';
import type { PlannedStage } from './stagePlan.ts';
import { bytesOfStages, lackingStages } from './viewData.ts';

export type ViewDataJobOptions = Pick<
  LiveJobOptions,
  'id' | 'open' | 'record' | 'log' | 'speeds' | 'derived' | 'now' | 'onChange' | 'onProjectChange'
>;

/**
 * A job that makes what windows need of a project that was filled without one, from the command line: the same as the last stages of a
 * segmentation. Stopped at any moment, it goes on from what is finished. It gives way to every other job.
 */
export function createViewDataJob(options: ViewDataJobOptions): LiveJob {
  const { id, open, record, log, speeds, derived, now, onChange } = options;
  const { database, paths } = open.project;
  const volume = SOURCE_ROLES.flatMap((role) => readSourceVolume(database, role) ?? []).at(0);
  const voxels = volume === undefined ? 0 : voxelCount(boxShape(volume.region));
  const detail = detailOf(null, volume);
  const controller = new AbortController();
  let tracker = track([], record.progress as JobProgress | null);
  let state: JobState = 'queued';
  let error: Job['error'] = null;
  let startedAt = record.startedAt;
  let endedAt: string | null = null;
  let stopAs: 'paused' | 'cancelled' | null = null;
  let ended: Promise<void> = Promise.resolve();

  function track(plan: readonly PlannedStage[], previous: JobProgress | null) {
    const tracked = createJobTracker({
      plan,
      expected: (key, count) => speeds.expected(key, count),
      trusted: (key) => speeds.isMeasured(key),
      now,
      previous: previous ?? undefined,
    });
    tracked.setVoxels(voxels);
    return tracked;
  }

  const progress = (): JobProgress => ({
    ...{ title: VIEW_DATA_TITLE, detail, voxels, provider: null, facts: [] },
    stages: tracker.stages(),
    fraction: state === 'done' ? 1 : tracker.fraction(),
    blocks: tracker.blocks(),
    throughput: [],
  });

  const stageNow = () => tracker.stages().find((stage) => stage.state === 'running')?.title;

  function report(update: StageProgress): void {
    const before = stageNow();
    tracker.update(update);
    const stage = stageNow();
    if (stage !== before) log.add('info', `${stage} begins`);
    onChange(stage !== before);
  }

  async function work(): Promise<void> {
    const { signal } = controller;
    const plan = await lackingStages(open.project);
    const keys = plan.map(({ key }) => key);
    tracker = track(plan, null);
    await requireFreeDisk(paths.directory, await bytesOfStages(open.project, keys));
    const running = { signal, onProgress: report };
    if (keys.includes('read')) {
      const onProgress = (update: StageProgress) => report({ ...update, stage: 'Reading the volume' });
      await derived.readVolume?.(open, { signal, onProgress });
      await options.onProjectChange();
    }
    if (keys.includes('coarser')) {
      await derived.makeCoarser?.(open, running);
      await options.onProjectChange();
    }
    if (keys.includes('meshes')) await derived.makeMeshes?.(open, running);
    signal.throwIfAborted();
  }

  function end(as: JobState, text: string, write: () => void): void {
    state = as;
    endedAt = as === 'paused' ? null : new Date(now()).toISOString();
    log.add(as === 'failed' ? 'error' : 'info', text);
    persistJob(database, log, record.id, progress(), write);
    onChange(true);
  }

  function stopped(as: 'paused' | 'cancelled'): void {
    tracker.stop('waiting');
    const message = 'It was cancelled. What is finished is kept, and the project is shown without the rest.';
    end(as, `${as}; finished blocks are kept`, () =>
      as === 'paused'
        ? writeJobState(database, record.id, 'paused')
        : endJob(database, record.id, 'cancelled', { kind: 'cancelled', message }),
    );
  }

  async function runOnce(): Promise<void> {
    state = 'running';
    startedAt ??= new Date(now()).toISOString();
    try {
      writeJobState(database, record.id, 'running', new Date(now()));
      log.add('info', 'started');
      onChange(true);
      await work();
      tracker.finishAll();
      end('done', 'finished', () => endJob(database, record.id, 'done', null));
      await speeds.learn(tracker.measured());
    } catch (failure) {
      if (stopAs !== null) stopped(stopAs);
      else {
        tracker.stop('failed');
        error = describeFailure(failure);
        end('failed', error!.message, () => endJob(database, record.id, 'failed', error));
      }
    }
    await log.flush();
  }

  return {
    id,
    project: open.id,
    givesWay: true,
    get state() {
      return state;
    },
    present: () => {
      const { title, stages, fraction, provider, facts } = progress();
      return {
        ...{ id, project: open.id, kind: 'pyramid', title, detail, state, stages: stages.slice(), fraction },
        secondsLeft: state === 'running' ? tracker.secondsLeft() : null,
        voxelsPerSecond: null,
        ...{ provider, facts: facts.slice(), error },
        resume: state === 'done' ? null : resumeLine({ stages }),
        ...{ queuedAt: record.queuedAt, startedAt, endedAt },
      };
    },
    course: async () => ({
      ...{ throughput: [], throughputUnit: 'Mvoxel/s' },
      ...{ blocks: tracker.blocks(), blockSeconds: tracker.blockSeconds() },
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
