import type { Command } from 'commander';

import { evaluateVolumes } from '#engine/metrics/evaluateVolumes.ts';
import { openVolume } from '#volumes/openVolume.ts';

import type { CommandContext } from '../main.ts';
import { printResult, table } from '../output.ts';
import { wholeNumber } from '../parse.ts';
import { showProgress } from '../progress.ts';

interface EvaluateOptions {
  readonly json?: boolean;
  readonly text?: boolean;
  readonly minSize: number;
  readonly components?: boolean;
}

export function registerEvaluate(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('evaluate')
    .description(
      'Score a segmentation against ground truth. Voxels whose ground truth is 0 are ignored; lower is better for all.',
    )
    .argument('<segmentation>', 'labels, any readable path')
    .argument('<truth>', 'ground truth of the same shape')
    .option('--min-size <voxels>', 'ignore ground-truth ids with fewer voxels', wholeNumber(0), 0)
    .option('--components', 'score every connected part of a ground-truth id as an object of its own, as on a crop')
    .option('--json', 'print JSON, as is done anyway where the output is not a terminal')
    .option('--text', 'print a table, also where the output is not a terminal')
    .action(async (segmentationPath: string, truthPath: string, options: EvaluateOptions) => {
      const segmentation = await openVolume(segmentationPath, { role: 'labels' });
      const truth = await openVolume(truthPath, { role: 'labels' });
      const progress = showProgress(terminal);
      try {
        const scores = await evaluateVolumes(segmentation, truth, {
          minTruthSize: options.minSize,
          truthComponents: options.components ?? false,
          signal,
          onProgress: (done, total) => progress.update({ stage: 'Comparing', done, total, unit: 'sections' }),
        });
        progress.end();
        const { voiSplit: split, voiMerge: merge, adaptedRandError, adaptedRandErrorCremi, voxels } = scores;
        const result = {
          voi: { split, merge, total: split + merge },
          adaptedRandError,
          adaptedRandErrorCremi,
          voxels,
          segments: scores.segments,
          truthSegments: scores.truths,
        };
        printResult(terminal, options.json ?? !(options.text ?? terminal.isRead), result, () =>
          table([
            ['variation of information', `${result.voi.total.toFixed(4)} bit`],
            ['  split', `${split.toFixed(4)} bit`],
            ['  merge', `${merge.toFixed(4)} bit`],
            ['adapted Rand error', adaptedRandError.toFixed(4)],
            ['  CREMI convention', adaptedRandErrorCremi.toFixed(4)],
            ['voxels compared', String(voxels)],
            ['segments', String(scores.segments)],
            ['ground-truth segments', String(scores.truths)],
          ]),
        );
      } finally {
        progress.end();
        await Promise.all([segmentation.close(), truth.close()]);
      }
    });
}
