import type { JobCourse, JobStage } from '#contract/routes/jobs.ts';
import type { StageName, StageProgress } from '#engine/segmentation/progress.ts';

import { estimateSecondsLeft } from './secondsLeft.ts';
import type { PlannedStage, StageKey } from './stagePlan.ts';

/** What a tracker starts from and leaves behind. */
export interface TrackedProgress {
  readonly stages: readonly JobStage[];
  readonly blocks: readonly number[];
  readonly throughput: JobCourse['throughput'];
}

/** How a stage of a finished run went, for the next estimate. */
export interface MeasuredStage {
  readonly key: StageKey;
  readonly seconds: number;
  readonly voxels: number;
}

/** A block of the running stage, as the contract counts them. */
const [TO_DO, RUNNING, DONE, RETRIED] = [0, 1, 2, 3];

const SAMPLE_SECONDS = 0.5;
const MAX_SAMPLES = 400;

interface Stage {
  readonly plan: PlannedStage;
  state: JobStage['state'];
  done: number;
  total: number;
  unit: string;
  /** In all runs. */
  seconds: number;
  /** Of the stage, 0..1. */
  fraction: number;
  /** Of the stage when it began in this run, and when that was. Null before. */
  begun: { readonly fraction: number; readonly at: number } | null;
}

/**
 * Adds up what the processes of a job report into its stages, blocks, throughput and time left. Time comes from `now`, in
 * milliseconds; one tracker is one run of the job, and the next run's starts from what this one left.
 */
export function createJobTracker(options: {
  readonly plan: readonly PlannedStage[];
  /** Expected seconds of a stage for that many voxels. */
  readonly expected: (key: StageKey, voxels: number) => number;
  /** Whether that was measured on this machine. */
  readonly trusted?: (key: StageKey) => boolean;
  readonly now: () => number;
  readonly previous?: TrackedProgress | undefined;
}) {
  const { plan, expected, trusted, now, previous } = options;
  const stages: Stage[] = plan.map((planned, i) => startStage(planned, previous?.stages[i]));
  const throughput: JobCourse['throughput'][number][] = previous?.throughput.slice() ?? [];
  // Those that were under way when the run before stopped are done again.
  const lost = new Set(previous?.blocks.flatMap((state, index) => (state === RUNNING ? [index] : [])) ?? []);
  let blocks: number[] = [];
  /** When each began in this run, and how long it took; null before. */
  let begun: (number | null)[] = [];
  let took: (number | null)[] = [];
  let current: Stage | null = null;
  let voxels = 0;
  let computed = 0;
  let sampled = { at: now(), computed: 0 };
  let reached = 0;
  if (throughput.length > 0) throughput.push({ at: stamp(), perSecond: null });

  const find = (name: StageName) => stages.find(({ plan: { steps } }) => steps.some((step) => step.name === name));

  function stamp(): string {
    return new Date(now()).toISOString();
  }

  function enter(stage: Stage): void {
    for (const earlier of stages.slice(0, stages.indexOf(stage))) finish(earlier);
    stage.state = 'running';
    stage.begun = { fraction: stage.fraction, at: now() };
    blocks = [];
    begun = [];
    took = [];
    current = stage;
    sampled = { at: now(), computed };
  }

  function finish(stage: Stage): void {
    if (stage.state === 'done') return;
    stage.seconds += secondsSince(stage);
    Object.assign(stage, { state: 'done', done: stage.total, fraction: 1 });
  }

  const secondsSince = ({ begun, state }: Stage) => (begun && state === 'running' ? (now() - begun.at) / 1000 : 0);

  function countBlock(progress: StageProgress): void {
    if (progress.unit !== 'blocks') return;
    if (blocks.length !== progress.total) {
      blocks = new Array<number>(progress.total).fill(TO_DO);
      begun = new Array<null>(progress.total).fill(null);
      took = begun.slice();
    }
    if (progress.block === undefined) return;
    const { index, state } = progress.block;
    const before = blocks[index];
    if (state === 'running') {
      blocks[index] = RUNNING;
      begun[index] = now();
    } else {
      took[index] = secondsOfBlock(index);
      blocks[index] = lost.delete(index) && before === RUNNING ? RETRIED : DONE;
      // One that an earlier run had finished says nothing of the speed.
      if (before === RUNNING) computed += voxels / progress.total;
    }
  }

  const secondsOfBlock = (index: number): number | null =>
    took[index] ?? (begun[index] === null ? null : (now() - begun[index]!) / 1000);

  function sample(): void {
    const seconds = (now() - sampled.at) / 1000;
    if (seconds < SAMPLE_SECONDS || computed === sampled.computed) return;
    throughput.push({ at: stamp(), perSecond: (computed - sampled.computed) / seconds });
    sampled = { at: now(), computed };
    if (throughput.length > MAX_SAMPLES) thin(throughput);
  }

  const weight = (stage: Stage) => expected(stage.plan.key, voxels);

  function fraction(): number {
    const all = stages.reduce((sum, stage) => sum + weight(stage), 0);
    const done = stages.reduce((sum, stage) => sum + weight(stage) * stage.fraction, 0);
    reached = Math.max(reached, all === 0 ? 0 : done / all);
    return reached;
  }

  return {
    update(progress: StageProgress): void {
      const stage = find(progress.stage);
      if (stage === undefined) return;
      // A stage that an earlier run had finished passes by, unless some of it is really done anew.
      if (stage.state === 'done' && progress.block?.state !== 'running') return;
      if (stage !== current || stage.state !== 'running') enter(stage);
      const { done, total, unit } = progress;
      const { steps } = stage.plan;
      const step = steps.findIndex(({ name }) => name === progress.stage);
      const before = steps.slice(0, step).reduce((sum, { part }) => sum + part, 0);
      stage.fraction = before + steps[step].part * (total === 0 ? 1 : done / total);
      // What a reader counts is the main step; the short ones after it do not turn the figures back.
      if (step === 0) Object.assign(stage, { done, total, unit });
      countBlock(progress);
      sample();
    },
    /** Before it is known the stages weigh as for a small volume. */
    setVoxels(count: number): void {
      voxels = count;
    },
    finishAll(): void {
      stages.forEach(finish);
      reached = 1;
    },
    /** The stage under way did not succeed, or was stopped. */
    stop(state: 'failed' | 'waiting'): void {
      if (current?.state !== 'running') return;
      current.seconds += secondsSince(current);
      current.state = state;
    },
    stages: (): JobStage[] =>
      stages.map((stage) => ({
        title: stage.plan.title,
        state: stage.state,
        done: stage.done,
        total: stage.total,
        unit: stage.unit,
        seconds: stage.seconds + secondsSince(stage),
      })),
    fraction,
    /** Null before there is something to reckon from. */
    secondsLeft: (): number | null =>
      current === null
        ? null
        : estimateSecondsLeft(
            stages.map((stage) => ({
              expected: weight(stage),
              fraction: stage.fraction,
              begun: stage.begun?.fraction ?? null,
              seconds: stage.begun === null ? 0 : stage === current ? secondsSince(stage) : stage.seconds,
            })),
            stages.indexOf(current),
            trusted?.(current.plan.key) ?? false,
          ),
    voxelsPerSecond: (): number | null => throughput.findLast(({ perSecond }) => perSecond !== null)?.perSecond ?? null,
    blocks: (): number[] => blocks.slice(),
    /** Of the blocks; those that run count up to now. */
    blockSeconds: (): (number | null)[] => blocks.map((_, index) => secondsOfBlock(index)),
    throughput: (): JobCourse['throughput'] => throughput.slice(),
    /** Stages that ran from beginning to end in this run. */
    measured: (): MeasuredStage[] =>
      stages
        .filter(({ state, begun }) => state === 'done' && begun?.fraction === 0)
        .map(({ plan: { key }, seconds }) => ({ key, seconds, voxels })),
  };
}

function startStage(plan: PlannedStage, before: JobStage | undefined): Stage {
  const isSame = before?.title === plan.title;
  const isDone = isSame && before.state === 'done';
  return {
    plan,
    state: isDone ? 'done' : 'waiting',
    done: isSame ? before.done : 0,
    total: isSame ? before.total : 0,
    unit: isSame ? before.unit : 'blocks',
    seconds: isSame ? before.seconds : 0,
    fraction: isDone ? 1 : isSame && before.total > 0 ? (plan.steps[0].part * before.done) / before.total : 0,
    begun: null,
  };
}

/** Halves a course that has become long, pairwise, so that a plot of days costs no more than one of minutes. */
function thin(samples: JobCourse['throughput'][number][]): void {
  const kept = samples.flatMap((sample, i) => {
    const next = samples[i + 1];
    if (sample.perSecond === null) return [sample];
    if (i % 2 === 1) return samples[i - 1].perSecond === null ? [sample] : [];
    if (next === undefined || next.perSecond === null) return [sample];
    return [{ at: next.at, perSecond: (sample.perSecond + next.perSecond) / 2 }];
  });
  samples.splice(0, samples.length, ...kept);
}
