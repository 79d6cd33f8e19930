import type { Command } from 'commander';

import { closeUnlessUnused } from '#engine/project/project.ts';
import { projectFromLabels } from '#engine/segmentation/projectFromVolumes.ts';

import type { CommandContext } from '../main.ts';
import { createOrOpenNamedProject } from '../openNamedProject.ts';
import { printResult } from '../output.ts';
import { fraction } from '../parse.ts';
import { showProgress } from '../progress.ts';

import { describeProject, runningOptions, withAxes, withJobOptions } from './jobOptions.ts';
import type { JobOptions } from './jobOptions.ts';

interface GraphOptions extends JobOptions {
  readonly project: string;
  readonly affinities?: string;
  readonly foreground?: string;
  readonly raw?: string;
  readonly threshold?: number;
}

export function registerGraph(program: Command, { terminal, signal }: CommandContext): void {
  const command = program
    .command('graph')
    .description('Make a project of a label volume from elsewhere: its ids become supervoxels and are kept.')
    .argument('<labels>', 'labels of 8 to 64 bits')
    .requiredOption('--project <dir>', 'project folder, made when it does not exist')
    .option('--affinities <path>', 'affinities of the same voxels, from which edges get their scores')
    .option('--foreground <path>', 'with --affinities: lower them to this foreground, uint8 or float32')
    .option('--raw <path>', 'the image of the same voxels')
    .option('--threshold <t>', 'merge down to this score at once; nothing is merged when absent', fraction);
  withAxes(withJobOptions(command)).action(async (labels: string, options: GraphOptions) => {
    const project = await createOrOpenNamedProject(options.project);
    const progress = showProgress(terminal);
    try {
      const report = await projectFromLabels(
        project,
        {
          ...{ labels, affinities: options.affinities ?? null, foreground: options.foreground },
          ...{ raw: options.raw ?? null, region: null },
        },
        options.threshold ?? null,
        runningOptions(options, signal, progress.update),
      );
      progress.end();
      printResult(terminal, options.json ?? false, report, () => describeProject(options.project, report));
    } finally {
      progress.end();
      closeUnlessUnused(project);
    }
  });
}
