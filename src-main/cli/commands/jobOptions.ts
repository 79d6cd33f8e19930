import { availableParallelism } from 'node:os';

import type { Command } from 'commander';

import type { VoxelSizeNm } from '#domain/geometry.ts';
import { DEFAULT_BLOCK } from '#engine/segmentation/blockPlan.ts';
import type { ProgressListener } from '#engine/segmentation/progress.ts';
import type { ProjectReport } from '#engine/segmentation/projectJob.ts';

import { table } from '../output.ts';
import { axes, voxelSize, wholeNumber } from '../parse.ts';
import { formatDuration } from '../progress.ts';

/** Options of every command that works through a volume in blocks. */
export interface JobOptions {
  readonly voxelSize?: VoxelSizeNm;
  readonly axes?: string;
  readonly block: number;
  readonly threads: number;
  readonly json?: boolean;
}

/** Adds the options of `JobOptions`. */
export function withJobOptions(command: Command): Command {
  return command
    .option('--voxel-size <z,y,x>', 'nanometres, instead of what the file states', voxelSize)
    .option(
      '--block <voxels>',
      'edge of the blocks, rounded up to a multiple of 64; the result does not depend on it',
      wholeNumber(1),
      DEFAULT_BLOCK,
    )
    .option('--threads <n>', 'the result does not depend on it', wholeNumber(1), availableParallelism())
    .option('--json', 'print JSON');
}

/** Adds the option for files that do not state their axes, or state the wrong ones. */
export function withAxes(command: Command): Command {
  return command.option(
    '--axes <letters>',
    'stored axes of the raw volume and of labels, slowest first (zyx, xyz), instead of what the file states',
    axes,
  );
}

/** What the engine's jobs take of those options. */
export function runningOptions(
  { block, threads, voxelSize, axes }: JobOptions,
  signal: AbortSignal,
  onProgress: ProgressListener,
) {
  return { block, threads, voxelSizeNm: voxelSize ?? null, axes: axes ?? null, signal, onProgress };
}

/** What a reader wants to know of a finished project. */
export function describeProject(directory: string, report: ProjectReport): string[] {
  return [
    ...(report.unchanged ? [`${directory} was finished before; nothing was done.`] : []),
    ...table([
      ['project', directory],
      ['segments', String(report.segments)],
      ['supervoxels', String(report.supervoxels)],
      ['edges', String(report.edges)],
      ['threshold', report.threshold === null ? 'none' : String(report.threshold)],
      ['smallest segment', `${report.minSize} voxels`],
      ['time', formatDuration(report.seconds * 1000)],
    ]),
  ];
}
