import type { Command } from 'commander';

import { replayProject } from '#engine/replay/replayProject.ts';

import type { CommandContext } from '../main.ts';
import { withWayOut } from '../openNamedProject.ts';
import { printResult } from '../output.ts';
import { wholeNumber } from '../parse.ts';

export function registerReplay(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('replay')
    .description('Make a project anew from its log of edits: equal hashes mean that the log holds all that was done.')
    .argument('<project>', 'project folder; it stays as it is')
    .requiredOption('--out <dir>', 'folder of the new project')
    .option('--to <n>', 'entries of the log to make again; all of them when absent', wholeNumber(0))
    .option('--json', 'print JSON')
    .action(async (directory: string, options: { out: string; to?: number; json?: boolean }) => {
      const report = await withWayOut([directory], () =>
        replayProject(directory, options.out, { to: options.to, signal }),
      );
      printResult(terminal, options.json ?? false, report, () => [
        `${report.directory}: ${report.revision} entries of the log made again`,
        `content ${report.hash.all}`,
      ]);
    });
}
