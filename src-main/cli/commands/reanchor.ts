import type { Command } from 'commander';

import { toXyz } from '#domain/geometry.ts';
import { reanchorProject } from '#engine/replay/reanchorProject.ts';

import type { CommandContext } from '../main.ts';
import { withWayOut } from '../openNamedProject.ts';
import { printResult } from '../output.ts';

export function registerReanchor(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('reanchor')
    .description('Make the decisions of one project again in another segmentation of the same volume.')
    .argument('<project>', 'project folder with the decisions; it stays as it is')
    .requiredOption('--onto <other>', 'project folder of the other segmentation')
    .option('--out <dir>', 'folder for a copy that gets the edits; the other project itself when absent')
    .option('--json', 'print JSON')
    .action(async (directory: string, options: { onto: string; out?: string; json?: boolean }) => {
      const report = await withWayOut([directory, options.onto], () =>
        reanchorProject(directory, options.onto, { out: options.out, signal }),
      );
      const { edits, carried, held, divided, lost } = report;
      printResult(terminal, options.json ?? false, report, () => [
        `${report.directory}: ${carried} of ${edits} edits made, ${held} hold in it already, ${divided} supervoxels divided`,
        ...(lost.length === 0 ? [] : ['No longer apply:']),
        ...lost.map(
          ({ revision, summary, place, reason }) =>
            `  ${revision} ${summary}${place === null ? '' : ` at ${toXyz(place).join(', ')}`}: ${reason}`,
        ),
      ]);
    });
}
