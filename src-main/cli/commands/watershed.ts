import type { Command } from 'commander';

import { DEFAULT_SETTINGS } from '#engine/segmentation/settings.ts';
import { watershedVolume } from '#engine/segmentation/watershedVolume.ts';

import type { CommandContext } from '../main.ts';
import { printResult } from '../output.ts';
import { fraction, wholeNumber } from '../parse.ts';
import { showProgress } from '../progress.ts';

import { runningOptions, withJobOptions } from './jobOptions.ts';
import type { JobOptions } from './jobOptions.ts';

interface WatershedOptions extends JobOptions {
  readonly low: number;
  readonly high: number;
  readonly sizeThreshold: number;
  readonly mergeLow?: number;
}

export function registerWatershed(program: Command, { terminal, signal }: CommandContext): void {
  const { low, high } = DEFAULT_SETTINGS.watershed;
  const command = program
    .command('watershed')
    .description('Affinities (c, z, y, x; uint8 or float32) to fragments: a label volume, nothing else.')
    .argument('<affinities>', 'three channels, links to the voxel before along z, y, x')
    .argument('<out>', '.h5 (dataset labels), .zarr or .tif')
    .option('--low <l>', 'links of this affinity or less do not exist', fraction, low)
    .option('--high <h>', 'links of this affinity or more always join', fraction, high)
    .option('--size-threshold <voxels>', 'smaller fragments join their strongest neighbour', wholeNumber(0), 0)
    .option('--merge-low <a>', 'affinity that they need for that; --low when absent', fraction);
  withJobOptions(command).action(async (affinities: string, out: string, options: WatershedOptions) => {
    const progress = showProgress(terminal);
    try {
      const counts = await watershedVolume(
        affinities,
        out,
        {
          low: options.low,
          high: options.high,
          sizeThreshold: options.sizeThreshold,
          mergeLow: options.mergeLow ?? options.low,
        },
        runningOptions(options, signal, progress.update),
      );
      progress.end();
      printResult(terminal, options.json ?? false, { ...counts, out }, () => [
        `${out}: ${counts.supervoxels} labels` +
          (counts.fragments === counts.supervoxels
            ? ''
            : ` (${counts.fragments} fragments before small ones were joined)`),
      ]);
    } finally {
      progress.end();
    }
  });
}
