import type { Command } from 'commander';

import { exportLabels } from '#engine/export/exportLabels.ts';
import { openProject } from '#engine/project/project.ts';

import type { CommandContext } from '../main.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../progress.ts';

export function registerExport(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('export')
    .description('Write the segments of a project as a label volume: .h5 (dataset labels), .zarr or .tif.')
    .argument('<project>', 'project folder')
    .requiredOption('--labels <out>', 'file or folder to write')
    .option('--json', 'print JSON')
    .action(async (directory: string, options: { labels: string; json?: boolean }) => {
      const project = await openProject(directory, { readOnly: true });
      const progress = showProgress(terminal);
      try {
        const report = await exportLabels(project, options.labels, {
          signal,
          onProgress: (done, total) => progress.update({ stage: 'Exporting', done, total, unit: 'sections' }),
        });
        progress.end();
        printResult(terminal, options.json ?? false, report, () => [
          `${report.path}: ${report.segments} segments, ${report.type}, ${report.shape.join(' x ')} voxels (z, y, x)`,
        ]);
      } finally {
        progress.end();
        project.close();
      }
    });
}
