import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

import { countSegments, currentAssignment } from '#engine/project/assignment.ts';
import { appendEdit, currentThreshold } from '#engine/project/edits.ts';
import { openProject } from '#engine/project/project.ts';
import { requireSegmentation } from '#engine/project/requireSegmentation.ts';

import type { CommandContext } from '../main.ts';
import { printResult } from '../output.ts';
import { fraction, wholeNumber } from '../parse.ts';

interface AgglomerateOptions {
  readonly threshold: number | null;
  readonly minSize?: number;
  readonly json?: boolean;
}

/** A score, or 'none' for a project in which nothing is merged. */
function thresholdOrNone(text: string): number | null {
  if (text === 'none') return null;
  try {
    return fraction(text);
  } catch {
    throw new InvalidArgumentError(`expected a number from 0 to 1, or none; found '${text}'.`);
  }
}

export function registerAgglomerate(program: Command, { terminal }: CommandContext): void {
  program
    .command('agglomerate')
    .description('Set the threshold of a project, up or down. It is an edit like any other and stays in the log.')
    .argument('<project>', 'project folder')
    .requiredOption('--threshold <t>', 'score down to which merges are applied, 0 to 1, or none', thresholdOrNone)
    .option(
      '--min-size <voxels>',
      'smaller segments go to their strongest neighbour; as before when absent',
      wholeNumber(0),
    )
    .option('--json', 'print JSON')
    .action(async (directory: string, options: AgglomerateOptions) => {
      const project = await openProject(directory);
      try {
        requireSegmentation(project);
        const minSize = options.minSize ?? currentThreshold(project.database)?.minSize ?? 0;
        const revision = appendEdit(project.database, { kind: 'threshold', threshold: options.threshold, minSize });
        const segments = countSegments(await currentAssignment(project.database));
        const result = { revision, threshold: options.threshold, minSize, segments };
        printResult(terminal, options.json ?? false, result, () => [
          `revision ${revision}: threshold ${options.threshold ?? 'none'}, ${segments} segments`,
        ]);
      } finally {
        project.close();
      }
    });
}
