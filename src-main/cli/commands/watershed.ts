import type { Command } from 'commander';

import { FascicleError } from '#domain/errors.ts';
import {
  AFFINITY_WATERSHED_DEFAULTS,
  defaultSupervoxels,
  withValues,
} from '#engine/segmentation/supervoxelSettings.ts';
import type { SupervoxelSettings } from '#engine/segmentation/supervoxelSettings.ts';
import { watershedVolume } from '#engine/segmentation/watershedVolume.ts';

import type { CommandContext } from '../main.ts';
import { printResult } from '../output.ts';
import { fraction, wholeNumber } from '../parse.ts';
import { showProgress } from '../progress.ts';

import { runningOptions, withJobOptions } from './jobOptions.ts';
import type { JobOptions } from './jobOptions.ts';
import { supervoxelValues, withSupervoxelOptions } from './supervoxelOptions.ts';
import type { SupervoxelOptions } from './supervoxelOptions.ts';

interface WatershedOptions extends JobOptions, SupervoxelOptions {
  readonly low?: number;
  readonly high?: number;
  readonly sizeThreshold?: number;
  readonly mergeLow?: number;
  readonly overwrite?: boolean;
}

export function registerWatershed(program: Command, { terminal, signal }: CommandContext): void {
  const { low, high } = AFFINITY_WATERSHED_DEFAULTS;
  const command = program
    .command('watershed')
    .description('Affinities (c, z, y, x; uint8 or float32) to fragments: a label volume, nothing else.')
    .argument('<affinities>', 'three channels, links to the voxel before along z, y, x')
    .argument('<out>', '.h5 (dataset labels), .zarr, .tif or .nrrd')
    .option('--low <l>', `links of this affinity or less do not exist; ${low} when absent`, fraction)
    .option('--high <h>', `links of this affinity or more always join; ${high} when absent`, fraction)
    .option(
      '--size-threshold <voxels>',
      'smaller fragments join their strongest neighbour; 0 when absent',
      wholeNumber(0),
    )
    .option('--merge-low <a>', 'affinity that they need for that; --low when absent', fraction)
    .option('--overwrite', 'replace what lies at <out>');
  withSupervoxelOptions(command, 'the first when absent');
  withJobOptions(command).action(async (affinities: string, out: string, options: WatershedOptions) => {
    const settings = supervoxelSettings(options);
    const progress = showProgress(terminal);
    try {
      const counts = await watershedVolume(affinities, out, settings, {
        ...runningOptions(options, signal, progress.update),
        overwrite: options.overwrite ?? false,
      });
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

/** @throws FascicleError 'bad-request' for a value that the method does not have */
function supervoxelSettings(options: WatershedOptions): SupervoxelSettings {
  const { supervoxels, low, high, sizeThreshold, mergeLow } = options;
  const settings = withValues(defaultSupervoxels(supervoxels ?? 'watershed'), supervoxelValues(options));
  if (settings.method === 'watershed') {
    const least = low ?? settings.low;
    return {
      method: 'watershed',
      low: least,
      high: high ?? settings.high,
      sizeThreshold: sizeThreshold ?? 0,
      mergeLow: mergeLow ?? least,
    };
  }
  if ([low, high, sizeThreshold, mergeLow].some((value) => value !== undefined))
    throw new FascicleError(
      'bad-request',
      `--low, --high, --size-threshold and --merge-low go with --supervoxels watershed, not with ${settings.method}.`,
    );
  return settings;
}
