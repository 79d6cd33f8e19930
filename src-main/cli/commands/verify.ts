import type { Command } from 'commander';

import { FascicleError } from '#domain/errors.ts';
import { restoreBackup } from '#engine/safety/restoreBackup.ts';
import { listBackups } from '#engine/safety/backups.ts';
import { projectPaths } from '#engine/project/paths.ts';
import { verifyApart } from '#engine/safety/verifyApart.ts';

import type { CommandContext } from '../main.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../progress.ts';

interface VerifyOptions {
  readonly restore?: string | true;
  readonly json?: boolean;
}

export function registerVerify(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('verify')
    .description(
      'Check everything that a project holds: database, log, tables, voxels, sources. Ends with 3 for damage.',
    )
    .argument('<project>', 'project folder')
    .option('--restore [backup]', 'first put a backup in the place of the database; the newest where none is named')
    .option('--json', 'print JSON')
    .action(async (directory: string, options: VerifyOptions) => {
      const restored =
        options.restore === undefined
          ? null
          : await restoreBackup(directory, options.restore === true ? undefined : options.restore);
      if (restored !== null)
        terminal.err(
          `Restored ${restored.backup}${restored.recovered > 0 ? `, with ${restored.recovered} later entries of the log` : ''}. ` +
            `The database that was there is kept as ${restored.kept}.`,
        );
      const progress = showProgress(terminal);
      const report = await verifyApart(directory, { signal, onProgress: progress.update }).finally(() =>
        progress.end(),
      );
      const backups = await listBackups(projectPaths(directory));
      printResult(terminal, options.json ?? false, { ...report, backups }, () => [
        ...report.findings.map(
          ({ check, isSound, detail }) => `${isSound ? 'sound  ' : 'DAMAGED'}  ${check}: ${detail}`,
        ),
        ...(report.hash === null ? [] : [`content ${report.hash.all}`]),
        ...backups.map(({ name, revision }) => `backup ${name}, revision ${revision}`),
      ]);
      if (!report.isSound)
        throw new FascicleError(
          'bad-file',
          `${directory} is damaged. ` +
            (backups.length > 0
              ? `Its newest backup is put in place with: fascicle verify ${directory} --restore`
              : 'It has no backup; what can be read can be exported.'),
        );
    });
}
