import type { Command } from 'commander';

import { drawProject } from '#engine/export/projectPicture.ts';

import type { CommandContext } from '../main.ts';
import { openNamedProject } from '../openNamedProject.ts';
import { wholeNumber } from '../parse.ts';
import { requireOutputFile, writeOutputFile } from '../writeOutputFile.ts';

interface PictureOptions {
  readonly section?: number;
  readonly truth?: string;
}

export function registerPicture(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('picture')
    .description('Draw a section of a project as PNG: raw, segments and, where given, ground truth.')
    .argument('<project>', 'project folder')
    .argument('<out>', 'PNG file to write (.png), in place of an earlier one')
    .option('--section <z>', 'section, from 0; the middle one when absent', wholeNumber(0))
    .option('--truth <labels>', 'ground truth of the shape of the project, drawn to the right')
    .action(async (directory: string, out: string, options: PictureOptions) => {
      requireOutputFile(out, '.png');
      const project = await openNamedProject(directory, { readOnly: true });
      try {
        await writeOutputFile(out, await drawProject(project, { ...options, signal }));
        terminal.out(out);
      } finally {
        project.close();
      }
    });
}
