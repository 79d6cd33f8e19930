import { boxShape, voxelCount } from '#domain/geometry.ts';
import { SOURCE_ROLES, readSourceVolume } from '#engine/project/volumes.ts';
import type { StageProgress } from '#engine/segmentation/progress.ts';
import { requireFreeDisk } from '#engine/system/freeDisk.ts';

import { VIEW_DATA_TITLE, detailOf } from './jobFacts.ts';
import { createJobLife } from './jobLife.ts';
import type { JobLifeOptions, LiveJob } from './jobLife.ts';
import { resumeLine } from './jobProgress.ts';
import type { JobProgress } from './jobProgress.ts';
import { createJobTracker } from './jobTracker.ts';
import type { LiveJobOptions } from './liveJob.ts';
import type { PlannedStage } from './stagePlan.ts';
import { bytesOfStages, lackingStages } from './viewData.ts';

export type ViewDataJobOptions = JobLifeOptions & Pick<LiveJobOptions, 'speeds' | 'derived' | 'onProjectChange'>;

/**
 * A job that makes what windows need of a project that was filled without one, from the command line: the same as the last stages of a
 * segmentation. Stopped at any moment, it goes on from what is finished. It gives way to every other job.
 */
export function createViewDataJob(options: ViewDataJobOptions): LiveJob {
  const { open, record, log, speeds, derived, now, onChange } = options;
  const { database, paths } = open.project;
  const volume = SOURCE_ROLES.flatMap((role) => readSourceVolume(database, role) ?? []).at(0);
  const voxels = volume === undefined ? 0 : voxelCount(boxShape(volume.region));
  const detail = detailOf(null, volume);
  let tracker = track([], record.progress as JobProgress | null);

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

  const stageNow = () => tracker.stages().find((stage) => stage.state === 'running')?.title;

  function report(update: StageProgress): void {
    const before = stageNow();
    tracker.update(update);
    const stage = stageNow();
    if (stage !== before) log.add('info', `${stage} begins`);
    onChange(stage !== before);
  }

  async function run(signal: AbortSignal): Promise<null> {
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
    return null;
  }

  return createJobLife<null>(options, {
    givesWay: true,
    goesOn: true,
    beginning: 'started',
    stopped: 'finished blocks are kept',
    cancelled: 'It was cancelled. What is finished is kept, and the project is shown without the rest.',
    run,
    finished: () => 'finished',
    settle: (end) => (end === 'done' ? tracker.finishAll() : tracker.stop(end === 'failed' ? 'failed' : 'waiting')),
    progress: (state) => ({
      ...{ title: VIEW_DATA_TITLE, detail, voxels, provider: null, facts: [] },
      stages: tracker.stages(),
      fraction: state === 'done' ? 1 : tracker.fraction(),
      blocks: tracker.blocks(),
      throughput: [],
    }),
    speed: () => ({ secondsLeft: tracker.secondsLeft(), voxelsPerSecond: null }),
    resume: resumeLine,
    course: () => ({
      ...{ throughput: [], throughputUnit: 'Mvoxel/s' },
      ...{ blocks: tracker.blocks(), blockSeconds: tracker.blockSeconds() },
    }),
    afterDone: () => speeds.learn(tracker.measured()),
  });
}
