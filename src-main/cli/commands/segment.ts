import type { Command } from 'commander';

import type { RequestedProvider } from '#compute/providers.ts';
import type { Box } from '#domain/geometry.ts';
import { closeUnlessUnused, createOrOpenProject } from '#engine/project/project.ts';
import type { MulticutEnergies } from '#engine/segmentation/agglomerateGraph.ts';
import { segmentFromAffinities } from '#engine/segmentation/projectFromVolumes.ts';
import { segmentVolume } from '#engine/segmentation/segmentVolume.ts';
import { DEFAULT_SETTINGS, withChoice } from '#engine/segmentation/settings.ts';

import type { CommandContext } from '../main.ts';
import { printResult } from '../output.ts';
import { box, fraction, provider, wholeNumber } from '../parse.ts';
import { showProgress } from '../progress.ts';

import { describeProject, runningOptions, withAxes, withJobOptions } from './jobOptions.ts';
import type { JobOptions } from './jobOptions.ts';
import { scoreChoice, withScoreOptions } from './scoreOptions.ts';
import type { ScoreOptions } from './scoreOptions.ts';

interface SegmentOptions extends JobOptions, ScoreOptions {
  readonly project: string;
  readonly model?: string;
  readonly affinities?: string;
  readonly threshold?: number;
  readonly minSize?: number;
  readonly roi?: Box;
  readonly provider: RequestedProvider;
  readonly memory: number;
}

export function registerSegment(program: Command, context: CommandContext): void {
  const command = program
    .command('segment')
    .description('Segment a raw volume into a project. The same command goes on where a killed one stopped.')
    .argument('<raw>', 'raw volume; file.h5:/dataset for one dataset')
    .requiredOption('--project <dir>', 'project folder, made when it does not exist')
    .option('--model <id>', 'network: id or folder; the one that fits the voxel size best when absent')
    .option('--affinities <path>', 'take these affinities instead of running a network')
    .option('--threshold <t>', 'score down to which merges are applied; the one of the model when absent', fraction)
    .option('--min-size <voxels>', 'smaller segments go to their strongest neighbour', wholeNumber(0))
    .option('--roi <z0:z1,y0:y1,x0:x1>', 'segment this box alone, in voxels', box)
    .option('--provider <name>', 'execution provider: auto, cpu, cuda, webgpu, dml, coreml', provider, 'auto')
    .option('--memory <MiB>', 'what the network may take', wholeNumber(256), 4096);
  withAxes(withJobOptions(withScoreOptions(command))).action((raw: string, options: SegmentOptions) =>
    segment(raw, options, context),
  );
}

async function segment(raw: string, options: SegmentOptions, { terminal, signal }: CommandContext): Promise<void> {
  const score = scoreChoice(options);
  const project = await createOrOpenProject(options.project);
  const progress = showProgress(terminal);
  const { roi = null } = options;
  const running = runningOptions(options, signal, progress.update);
  try {
    if (options.affinities !== undefined) {
      const { threshold = null, minSize = null } = options;
      const settings = withChoice(DEFAULT_SETTINGS, { score, threshold, minSize });
      const sources = { affinities: options.affinities, raw, region: roi };
      const report = await segmentFromAffinities(project, sources, settings, running);
      progress.end();
      printResult(terminal, options.json ?? false, report, () => [
        ...describeProject(options.project, report),
        ...describeMulticut(report),
      ]);
      return;
    }
    const report = await segmentVolume(project, {
      ...running,
      raw,
      roi,
      model: options.model ?? null,
      provider: options.provider,
      threshold: options.threshold ?? null,
      minSize: options.minSize ?? null,
      score,
      memoryBudgetBytes: options.memory * 2 ** 20,
    });
    progress.end();
    printResult(terminal, options.json ?? false, report, () => [
      ...describeProject(options.project, report),
      ...describeMulticut(report),
      `network ${report.model} on ${report.inference.provider.obtained} (asked for ${report.inference.provider.requested})`,
      ...report.inference.provider.refused.map((refused) => `  ${refused.provider} not used: ${refused.reason}`),
    ]);
  } finally {
    progress.end();
    closeUnlessUnused(project);
  }
}

function describeMulticut({ multicut }: { readonly multicut?: MulticutEnergies }): string[] {
  if (multicut === undefined) return [];
  const { energy, contractionEnergy } = multicut;
  return [`multicut energy ${energy.toFixed(1)}, ${contractionEnergy.toFixed(1)} after the contraction`];
}
