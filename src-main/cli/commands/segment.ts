import type { Command } from 'commander';

import type { RequestedProvider } from '#compute/providers.ts';
import { FascicleError } from '#domain/errors.ts';
import type { Box } from '#domain/geometry.ts';
import { describeResampling } from '#engine/inference/describeResampling.ts';
import { closeUnlessUnused } from '#engine/project/project.ts';
import type { MulticutEnergies } from '#engine/segmentation/agglomerateGraph.ts';
import { segmentFromAffinities } from '#engine/segmentation/projectFromVolumes.ts';
import { segmentVolume } from '#engine/segmentation/segmentVolume.ts';
import type { SegmentVolumeReport } from '#engine/segmentation/segmentVolume.ts';
import { settingsWithoutNetwork } from '#engine/segmentation/settings.ts';
import { AFFINITY_WATERSHED_DEFAULTS } from '#engine/segmentation/supervoxelSettings.ts';

import type { CommandContext } from '../main.ts';
import { createOrOpenNamedProject } from '../openNamedProject.ts';
import { printResult } from '../output.ts';
import { box, fraction, provider, wholeNumber } from '../parse.ts';
import { showProgress } from '../progress.ts';

import { describeProject, runningOptions, withAxes, withJobOptions } from './jobOptions.ts';
import type { JobOptions } from './jobOptions.ts';
import { scoreChoice, withScoreOptions } from './scoreOptions.ts';
import type { ScoreOptions } from './scoreOptions.ts';
import { supervoxelValues, withSupervoxelOptions } from './supervoxelOptions.ts';
import type { SupervoxelOptions } from './supervoxelOptions.ts';

interface SegmentOptions extends JobOptions, ScoreOptions, SupervoxelOptions {
  readonly project: string;
  readonly model?: string;
  readonly affinities?: string;
  readonly foreground?: string;
  readonly threshold?: number;
  readonly minSize?: number;
  readonly roi?: Box;
  readonly provider: RequestedProvider;
  readonly memory: number;
  readonly foregroundRestriction?: boolean;
  readonly invert?: boolean;
}

export function registerSegment(program: Command, context: CommandContext): void {
  const command = program
    .command('segment')
    .description('Segment a raw volume into a project. The same command goes on where a killed one stopped.')
    .argument('<raw>', 'raw volume; file.h5:/dataset for one dataset')
    .requiredOption('--project <dir>', 'project folder, made when it does not exist')
    .option('--model <id>', 'network: id or folder; the one that fits the voxel size best when absent')
    .option('--affinities <path>', 'take these affinities instead of running a network')
    .option('--foreground <path>', 'with --affinities: lower them to this foreground, uint8 or float32')
    .option('--threshold <t>', 'score down to which merges are applied; the one of the model when absent', fraction)
    .option('--min-size <voxels>', 'smaller segments go to their strongest neighbour', wholeNumber(0))
    .option('--roi <z0:z1,y0:y1,x0:x1>', 'segment this box alone, in voxels', box)
    .option('--provider <name>', 'execution provider: auto, cpu, cuda, webgpu, dml, coreml', provider, 'auto')
    .option('--memory <MiB>', 'what the network may take', wholeNumber(256), 4096);
  const { sizeThreshold, mergeLow } = AFFINITY_WATERSHED_DEFAULTS;
  const joining = { sizeThreshold: String(sizeThreshold), mergeLow: String(mergeLow) };
  withSupervoxelOptions(command, { supervoxels: 'those of the model when absent', ...joining })
    .option('--foreground-restriction', 'lower affinities to the foreground; as the model says when absent')
    .option('--no-foreground-restriction', 'take affinities as the network gives them')
    .option('--invert', 'the image has bright membranes: give the network its negative');
  withAxes(withJobOptions(withScoreOptions(command))).action((raw: string, options: SegmentOptions) =>
    segment(raw, options, context),
  );
}

async function segment(raw: string, options: SegmentOptions, { terminal, signal }: CommandContext): Promise<void> {
  const score = scoreChoice(options);
  const project = await createOrOpenNamedProject(options.project);
  const progress = showProgress(terminal);
  const { roi = null } = options;
  const running = runningOptions(options, signal, progress.update);
  try {
    if (options.affinities !== undefined) {
      refuseNetworkOptions(options);
      const { affinities, foreground, threshold, minSize, supervoxels } = options;
      const chosen = { score, threshold, minSize, supervoxels, supervoxelValues: supervoxelValues(options) };
      const settings = settingsWithoutNetwork(chosen);
      const sources = { affinities, foreground, raw, region: roi };
      const report = await segmentFromAffinities(project, sources, settings, running);
      progress.end();
      printResult(terminal, options.json ?? false, report, () => [
        ...describeProject(options.project, report),
        ...describeMulticut(report),
      ]);
      return;
    }
    if (options.foreground !== undefined)
      throw new FascicleError('bad-request', '--foreground goes with --affinities; a network brings its own.');
    const report = await segmentVolume(project, {
      ...running,
      raw,
      roi,
      model: options.model ?? null,
      provider: options.provider,
      threshold: options.threshold ?? null,
      minSize: options.minSize ?? null,
      score,
      supervoxels: options.supervoxels ?? null,
      supervoxelValues: supervoxelValues(options),
      foregroundRestriction: options.foregroundRestriction ?? null,
      invert: options.invert ?? false,
      memoryBudgetBytes: options.memory * 2 ** 20,
    });
    progress.end();
    printResult(terminal, options.json ?? false, report, () => [
      ...describeProject(options.project, report),
      ...describeMulticut(report),
      ...describeInference(report),
    ]);
  } finally {
    progress.end();
    closeUnlessUnused(project);
  }
}

/** @throws FascicleError 'bad-request' for what means something with a network alone */
function refuseNetworkOptions({ foregroundRestriction, invert }: SegmentOptions): void {
  const option = invert
    ? '--invert'
    : foregroundRestriction === undefined
      ? null
      : `--${foregroundRestriction ? '' : 'no-'}foreground-restriction`;
  if (option === null) return;
  const wayOut = foregroundRestriction && !invert ? ' Name the foreground itself with --foreground.' : '';
  throw new FascicleError('bad-request', `${option} goes with a network; with --affinities none is run.${wayOut}`);
}

function describeInference({ model, inference }: SegmentVolumeReport): string[] {
  const { provider, factor, emptyTiles } = inference;
  const resampling = describeResampling(factor);
  return [
    `network ${model} on ${provider.obtained} (asked for ${provider.requested})`,
    ...(resampling === null ? [] : [`  ${resampling}`]),
    ...(emptyTiles === 0 ? [] : [`tiles with next to nothing in them, not run: ${emptyTiles}`]),
    ...provider.refused.map((refused) => `  ${refused.provider} not used: ${refused.reason}`),
  ];
}

function describeMulticut({ multicut }: { readonly multicut?: MulticutEnergies }): string[] {
  if (multicut === undefined) return [];
  const { energy, contractionEnergy } = multicut;
  return [`multicut energy ${energy.toFixed(1)}, ${contractionEnergy.toFixed(1)} after the contraction`];
}
