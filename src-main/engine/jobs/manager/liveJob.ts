import { availableParallelism } from 'node:os';

import type { NetworkPlan } from '#compute/messages.ts';
import type { Job, JobCourse, JobState } from '#contract/routes/jobs.ts';
import { FascicleError } from '#domain/errors.ts';
import { boxShape, voxelCount } from '#domain/geometry.ts';
import type { OpenProject } from '#engine/http/projectRegistry.ts';
import { describeResampling } from '#engine/inference/describeResampling.ts';
import { endJob, readJob, writeJobState } from '#engine/project/jobs.ts';
import type { JobRecord } from '#engine/project/jobs.ts';
import { SOURCE_ROLES, readSourceVolume } from '#engine/project/volumes.ts';
import type { StageProgress } from '#engine/segmentation/progress.ts';
import { describeFailure } from '#engine/segmentation/projectJob.ts';
import type { SegmentationRequest } from '#engine/segmentation/request.ts';
import { runSegmentation } from '#engine/segmentation/runSegmentation.ts';

import type { DerivedData } from './derivedData.ts';
import { detailOf, factsOf, titleOf } from './jobFacts.ts';
import type { JobLog } from './jobLog.ts';
import { placeOf, presentThroughput, resumeLine } from './jobProgress.ts';
import type { JobProgress } from './jobProgress.ts';
import { createJobTracker } from './jobTracker.ts';
import { persistJob } from './persistJob.ts';
import type { SpeedStore } from './speeds.ts';
import { planStages } from './stagePlan.ts';

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

export interface LiveJobOptions {
  readonly id: string;
  readonly open: OpenProject;
  readonly record: JobRecord;
  readonly log: JobLog;
  readonly speeds: SpeedStore;
  readonly derived: DerivedData;
  readonly memoryBudgetBytes: () => Promise<number>;
  readonly now: () => number;
  /** `important` for a new state: it is shown at once. */
  readonly onChange: (important: boolean) => void;
  /** The project has new layers, or its segmentation. */
  readonly onProjectChange: () => Promise<void>;
}

/** How often the place of a running job is written down. What a crash loses of it is the figures of so many seconds, not the work. */
const PERSIST_MS = 5000;

/** The time left is a guess before. */
const SILENT_MS = 5000;

export function createLiveJob(options: LiveJobOptions): LiveJob {
  const { id, open, record, log, speeds, derived, now, onChange } = options;
  const { project } = open;
  const { database } = project;
  const request = record.request as SegmentationRequest;
  const { method } = request;
  const previous = (record.progress ?? undefined) as JobProgress | undefined;
  let state: JobState = 'queued';
  let error: Job['error'] = null;
  let startedAt = record.startedAt;
  let endedAt: string | null = null;
  let detail = previous?.detail ?? '';
  let provider: Job['provider'] = previous?.provider ?? null;
  let facts: Job['facts'] = previous?.facts ?? [];
  let network: NetworkPlan | null = null;
  let voxels = previous?.voxels ?? 0;
  let runningSince = 0;
  let persistedAt = -Infinity;
  let stopAs: 'paused' | 'cancelled' | null = null;
  let ended: Promise<void> = Promise.resolve();
  const controller = new AbortController();

  const tracker = createJobTracker({
    plan: planStages(method.kind, { raw: request.raw !== null }).filter(
      ({ key }) =>
        (key !== 'read' || derived.readVolume !== null) &&
        (key !== 'coarser' || derived.makeCoarser !== null) &&
        (key !== 'meshes' || derived.makeMeshes !== null),
    ),
    expected: (key, count) => {
      if (key !== 'network' || !network?.tiles) return speeds.expected(key, count);
      const speed = speeds.network(network.model.sha256, network.provider.obtained);
      return speed ? network.tiles.networkVoxels / speed.networkVoxelsPerSecond : speeds.expected(key, count);
    },
    trusted: (key) =>
      key === 'network' && network?.tiles
        ? speeds.network(network.model.sha256, network.provider.obtained) !== undefined
        : speeds.isMeasured(key),
    now,
    previous,
  });
  tracker.setVoxels(voxels);

  const progress = (): JobProgress => ({
    ...{ title: titleOf(request), detail, voxels, provider, facts },
    stages: tracker.stages(),
    fraction: tracker.fraction(),
    blocks: tracker.blocks(),
    throughput: tracker.throughput(),
  });

  function persist(write?: () => void): void {
    persistedAt = now();
    persistJob(database, log, record.id, progress(), write);
  }

  function report(update: StageProgress): void {
    const before = placeStage();
    tracker.update(update);
    if (update.network) learnNetwork(update.network);
    const stage = placeStage();
    if (stage !== before) log.add('info', `${stage} begins`);
    if (update.block?.state === 'done' && update.stage === 'Network')
      log.add('info', `block ${update.done} of ${update.total} done${update.note ? ` (${update.note})` : ''}`);
    // Another process writes to the database then, in one long transaction; ours would wait for it and hold up every window.
    const isLocked = update.stage === 'Writing the project';
    if (!isLocked && (stage !== before || now() - persistedAt > PERSIST_MS)) persist();
    onChange(stage !== before);
  }

  const placeStage = () => tracker.stages().find((stage) => stage.state === 'running')?.title;

  function learnNetwork(plan: NetworkPlan): void {
    const isNews = network === null;
    network = plan;
    const { requested, obtained, nodes, refused } = plan.provider;
    provider = { requested, obtained, nodes, refused };
    describe();
    if (!isNews) return;
    log.add('info', `${obtained} obtained (asked for ${requested}), ${formatNodes(nodes)}`);
    const resampling = describeResampling(plan.factor);
    if (resampling !== null) log.add('info', resampling);
    for (const { provider: name, reason } of refused) log.add('warn', `${name} not used: ${reason}`);
  }

  function describe(): void {
    const sources = SOURCE_ROLES.flatMap((role) => readSourceVolume(database, role) ?? []);
    detail = detailOf(network?.model.id ?? (method.kind === 'network' ? method.model : null), sources.at(0));
    facts = factsOf(sources, readJob(database, record.id)?.parameters, network);
    if (sources.length === 0) return;
    voxels = voxelCount(boxShape(sources[0].region));
    tracker.setVoxels(voxels);
  }

  async function work(): Promise<object> {
    const { signal } = controller;
    const running = { signal, onProgress: report };
    let isRead = false;
    const readVolume = async () => {
      isRead = true;
      describe();
      onChange(true);
      await options.onProjectChange();
      if (request.raw === null) return;
      const reading = (update: StageProgress) => report({ ...update, stage: 'Reading the volume' });
      await derived.readVolume?.(open, { signal, onProgress: reading });
      await options.onProjectChange();
    };
    const result = await runSegmentation(project, request, {
      ...running,
      block: null,
      threads: availableParallelism(),
      memoryBudgetBytes: await options.memoryBudgetBytes(),
      record: record.id,
      onSources: readVolume,
    });
    // The segmentation was there before; what else a window needs may not.
    if (!isRead) await readVolume();
    await options.onProjectChange();
    if (method.kind !== 'labels') {
      await derived.makeCoarser?.(open, running);
      await options.onProjectChange();
    }
    await derived.makeMeshes?.(open, running);
    return result;
  }

  async function runOnce(): Promise<void> {
    const place = placeOf(previous ?? null);
    state = 'running';
    runningSince = now();
    startedAt ??= new Date(runningSince).toISOString();
    try {
      writeJobState(database, record.id, 'running', new Date(runningSince));
      log.add('info', previous === undefined || place === null ? 'started' : `resumed at ${place}`);
      onChange(true);
      const result = await work();
      controller.signal.throwIfAborted();
      tracker.finishAll();
      end('done', null, () => endJob(database, record.id, 'done', result));
      await speeds.learn(tracker.measured());
      if (network !== null && voxels > 0) await learnSpeed(network, result);
    } catch (failure) {
      if (stopAs !== null) stopped(stopAs);
      else failed(failure);
    }
    await options.onProjectChange().catch(() => undefined);
    await log.flush();
  }

  async function learnSpeed({ model, tiles, provider: { obtained } }: NetworkPlan, result: object): Promise<void> {
    const { inference } = result as { inference?: { wallSeconds: number } };
    const stage = tracker.measured().find(({ key }) => key === 'network');
    if (inference === undefined || stage === undefined || tiles === null || inference.wallSeconds === 0) return;
    const networkVoxelsPerSecond = tiles.networkVoxels / inference.wallSeconds;
    await speeds.learnNetwork(model.sha256, obtained, { networkVoxelsPerSecond, from: 'run' });
  }

  function end(as: JobState, failure: unknown, write: () => void): void {
    state = as;
    error = failure === null ? null : describeFailure(failure);
    endedAt = as === 'paused' ? null : new Date(now()).toISOString();
    log.add(as === 'failed' ? 'error' : 'info', failure === null || as !== 'failed' ? ENDINGS[as]! : error!.message);
    persist(write);
    onChange(true);
  }

  function stopped(as: 'paused' | 'cancelled'): void {
    tracker.stop('waiting');
    const reason = new FascicleError('cancelled', 'It was cancelled. Finished blocks are kept.');
    if (as === 'paused') end('paused', null, () => writeJobState(database, record.id, 'paused'));
    else end('cancelled', null, () => endJob(database, record.id, 'cancelled', describeFailure(reason)));
  }

  function failed(failure: unknown): void {
    tracker.stop('failed');
    end('failed', failure, () => endJob(database, record.id, 'failed', describeFailure(failure)));
  }

  return {
    id,
    project: open.id,
    givesWay: false,
    get state() {
      return state;
    },
    present: () => {
      const isRunning = state === 'running';
      const now_ = progress();
      return {
        id,
        project: open.id,
        kind: record.kind as Job['kind'],
        title: now_.title,
        detail,
        state,
        stages: now_.stages.slice(),
        fraction: now_.fraction,
        secondsLeft: isRunning && now() - runningSince > SILENT_MS ? tracker.secondsLeft() : null,
        voxelsPerSecond: isRunning ? tracker.voxelsPerSecond() : null,
        ...{ provider, facts, error },
        resume: state === 'done' ? null : resumeLine(now_),
        ...{ queuedAt: record.queuedAt, startedAt, endedAt },
      };
    },
    course: async () => ({
      ...presentThroughput(tracker.throughput()),
      blocks: tracker.blocks(),
      blockSeconds: tracker.blockSeconds(),
      log: await log.lines(),
    }),
    run: () => (ended = runOnce()),
    async stop(as) {
      if (state === 'queued') {
        stopped(as);
        return;
      }
      if (state !== 'running') return;
      stopAs = as;
      controller.abort();
      await ended;
    },
  };
}

const ENDINGS: Partial<Record<JobState, string>> = {
  done: 'finished',
  paused: 'paused; finished blocks are kept',
  cancelled: 'cancelled; finished blocks are kept',
};

function formatNodes(nodes: Readonly<Record<string, number>>): string {
  return Object.entries(nodes)
    .map(([name, count]) => `${count} operators on ${name}`)
    .join(', ');
}
