import { availableParallelism } from 'node:os';

import type { NetworkPlan } from '#compute/messages.ts';
import type { Job } from '#contract/routes/jobs.ts';
import { boxShape, voxelCount } from '#domain/geometry.ts';
import { describeResampling } from '#engine/inference/describeResampling.ts';
import { readJob } from '#engine/project/jobs.ts';
import { SOURCE_ROLES, readSourceVolume } from '#engine/project/volumes.ts';
import type { StageProgress } from '#engine/segmentation/progress.ts';
import type { SegmentationRequest } from '#engine/segmentation/request.ts';
import { presentParameters } from '#engine/segmentation/origin.ts';
import { runSegmentation } from '#engine/segmentation/runSegmentation.ts';

import type { DerivedData } from './derivedData.ts';
import { detailOf, factsOf, titleOf } from './jobFacts.ts';
import { createJobLife } from './jobLife.ts';
import type { JobLifeOptions, LiveJob } from './jobLife.ts';
import { placeOf, presentThroughput, resumeLine } from './jobProgress.ts';
import type { JobProgress } from './jobProgress.ts';
import { createJobTracker } from './jobTracker.ts';
import { persistJob } from './persistJob.ts';
import type { SpeedStore } from './speeds.ts';
import { paceOf } from './paces.ts';
import type { StageMethods } from './paces.ts';
import { planStages } from './stagePlan.ts';

export interface LiveJobOptions extends JobLifeOptions {
  readonly speeds: SpeedStore;
  readonly derived: DerivedData;
  readonly memoryBudgetBytes: () => Promise<number>;
  /** The project has new layers, or its segmentation. */
  readonly onProjectChange: () => Promise<void>;
}

/** How often the place of a running job is written down. What a crash loses of it is the figures of so many seconds, not the work. */
const PERSIST_MS = 5000;

/** The time left is a guess before. */
const SILENT_MS = 5000;

/** A job that fills a project. Stopped at any moment, it goes on from its finished blocks. */
export function createLiveJob(options: LiveJobOptions): LiveJob {
  const { open, record, log, speeds, derived, now, onChange } = options;
  const { project } = open;
  const { database } = project;
  const request = record.request as SegmentationRequest;
  const { method } = request;
  const previous = (record.progress ?? undefined) as JobProgress | undefined;
  let detail = previous?.detail ?? '';
  let provider: Job['provider'] = previous?.provider ?? null;
  let facts: Job['facts'] = previous?.facts ?? [];
  let network: NetworkPlan | null = null;
  let methods: StageMethods = {};
  let voxels = previous?.voxels ?? 0;
  let runningSince = 0;
  let persistedAt = -Infinity;

  const tracker = createJobTracker({
    plan: planStages(method.kind, { raw: request.raw !== null }).filter(
      ({ key }) =>
        (key !== 'read' || derived.readVolume !== null) &&
        (key !== 'coarser' || derived.makeCoarser !== null) &&
        (key !== 'meshes' || derived.makeMeshes !== null),
    ),
    expected: (key, count) => {
      if (key !== 'network' || !network?.tiles) return speeds.expected(paceOf(key, methods), count);
      const speed = speeds.network(network.model.sha256, network.provider.obtained);
      return speed ? network.tiles.networkVoxels / speed.networkVoxelsPerSecond : speeds.expected(key, count);
    },
    trusted: (key) =>
      key === 'network' && network?.tiles
        ? speeds.network(network.model.sha256, network.provider.obtained) !== undefined
        : speeds.isMeasured(paceOf(key, methods)),
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

  function persist(): void {
    persistedAt = now();
    persistJob(database, log, record.id, progress());
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
    const parameters = readJob(database, record.id)?.parameters;
    facts = factsOf(sources, parameters, network);
    const made = presentParameters(parameters ?? {});
    methods = made.settings ?? made;
    if (sources.length === 0) return;
    voxels = voxelCount(boxShape(sources[0].region));
    tracker.setVoxels(voxels);
  }

  async function run(signal: AbortSignal): Promise<object> {
    runningSince = now();
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
    signal.throwIfAborted();
    return result;
  }

  async function learnSpeed({ model, tiles, provider: { obtained } }: NetworkPlan, result: object): Promise<void> {
    const { inference } = result as { inference?: { wallSeconds: number } };
    const stage = tracker.measured().find(({ key }) => key === 'network');
    if (inference === undefined || stage === undefined || tiles === null || inference.wallSeconds === 0) return;
    const networkVoxelsPerSecond = tiles.networkVoxels / inference.wallSeconds;
    await speeds.learnNetwork(model.sha256, obtained, { networkVoxelsPerSecond, from: 'run' });
  }

  const place = placeOf(previous ?? null);
  return createJobLife<object>(options, {
    givesWay: false,
    goesOn: true,
    beginning: place === null ? 'started' : `resumed at ${place}`,
    stopped: 'finished blocks are kept',
    cancelled: 'It was cancelled. Finished blocks are kept.',
    run,
    finished: () => 'finished',
    settle: (end) => (end === 'done' ? tracker.finishAll() : tracker.stop(end === 'failed' ? 'failed' : 'waiting')),
    progress,
    speed: () => ({
      secondsLeft: now() - runningSince > SILENT_MS ? tracker.secondsLeft() : null,
      voxelsPerSecond: tracker.voxelsPerSecond(),
    }),
    resume: resumeLine,
    course: () => ({
      ...presentThroughput(tracker.throughput()),
      blocks: tracker.blocks(),
      blockSeconds: tracker.blockSeconds(),
    }),
    async afterDone(result) {
      await speeds.learn(tracker.measured().map((stage) => ({ ...stage, key: paceOf(stage.key, methods) })));
      if (network !== null && voxels > 0) await learnSpeed(network, result);
    },
    afterEnd: () => options.onProjectChange(),
  });
}

function formatNodes(nodes: Readonly<Record<string, number>>): string {
  return Object.entries(nodes)
    .map(([name, count]) => `${count} operators on ${name}`)
    .join(', ');
}
