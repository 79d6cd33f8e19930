import { join } from 'node:path';

import type { Box } from '#domain/geometry.ts';
import { runBlockTasks } from '#engine/jobs/blockTasks.ts';
import { hashParameters, openMarkers } from '#engine/jobs/markers.ts';

import type { BlockPlan, SegmentationBlock } from './blockPlan.ts';
import type { ProgressListener, StageName } from './progress.ts';

/** What every stage of a segmentation is given. */
export interface StageContext {
  readonly plan: BlockPlan;
  /** Folder of this job's block results and markers. */
  readonly workDirectory: string;
  /** All that determines the results: sources and settings, plain JSON. */
  readonly parameters: unknown;
  /** Blocks under way at the same time. */
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * The path of a block's (or the whole volume's) results of a stage. Each block size has a folder of its own: a run that is killed
 * while it replaces a file of another plan would leave that plan's marker beside a file that it does not describe.
 */
export function stageFile(context: StageContext, stage: string, name: string): string {
  return join(context.workDirectory, `blocks-${context.plan.edge}`, stage, name);
}

/**
 * Runs a stage on every block, skipping blocks that an earlier run finished.
 *
 * @param label how the progress names the stage
 */
export function forEachBlock(
  context: StageContext,
  stage: string,
  label: StageName,
  work: (block: SegmentationBlock, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  return forEachPart(context, { stage, label, atATime: context.threads }, context.plan.blocks, work);
}

/** A stage whose parts are blocks or others of its own. */
interface PartStage {
  readonly stage: string;
  /** How the progress names it. */
  readonly label: StageName;
  /** What its results depend on besides the parameters of the job, plain JSON. */
  readonly facts?: object;
  /** Parts under way at the same time. */
  readonly atATime: number;
}

/** Runs a stage on every part, skipping parts that an earlier run finished. */
export function forEachPart<Part extends { readonly id: string; readonly box: Box }>(
  context: StageContext,
  { stage, label, facts, atATime }: PartStage,
  parts: readonly Part[],
  work: (part: Part, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const { signal, onProgress, parameters } = context;
  const key = hashParameters({ stage, parameters, ...(facts && { facts }), blocks: parts.map(({ box }) => box) });
  const total = parts.length;
  let finished = 0;
  const say = (index: number, state: 'running' | 'done') =>
    onProgress?.({ stage: label, done: finished, total, unit: 'blocks', block: { index, state } });
  return runBlockTasks(
    parts.map((part) => ({ id: part.id, run: (taskSignal) => work(part, taskSignal) })),
    {
      markers: openMarkers(stageFile(context, stage, ''), key),
      concurrency: atATime,
      signal,
      onStart: (index) => say(index, 'running'),
      onDone: (done, _, index) => {
        finished = done;
        say(index, 'done');
      },
    },
  );
}
