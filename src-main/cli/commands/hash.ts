import type { Command } from 'commander';

import { contentHash } from '#engine/project/contentHash.ts';

import type { CommandContext } from '../main.ts';
import { openNamedProject } from '../openNamedProject.ts';
import { printResult } from '../output.ts';

export function registerHash(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('hash')
    .description('Hash the content of a project: equal hashes mean equal labels, graph and edits.')
    .argument('<project>', 'project folder')
    .option('--json', 'print JSON (also the default form)')
    .action(async (directory: string) => {
      const project = await openNamedProject(directory, { readOnly: true });
      try {
        // Every statement from here on sees the state of the first one, whatever a window edits meanwhile.
        project.database.exec('BEGIN');
        printResult(terminal, true, await contentHash(project, signal), () => []);
      } finally {
        project.close();
      }
    });
}
