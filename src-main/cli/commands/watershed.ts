import type { Command } from 'commander';

import {
  AFFINITY_WATERSHED_DEFAULTS,
  defaultSupervoxels,
  withValues,
} from '#engine/segmentation/supervoxelSettings.ts';
import type { SupervoxelSettings } from '#engine/segmentation/supervoxelSettings.ts';
import { watershedVolume } from '#engine/segmentation/watershedVolume.ts';

import type { CommandContext } from '../main.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../progress.ts';

import { runningOptions, withJobOptions } from './jobOptions.ts';
import type { JobOptions } from './jobOptions.ts';
import { supervoxelValues, withSupervoxelOptions } from './supervoxelOptions.ts';
import type { SupervoxelOptions } from './supervoxelOptions.ts';

interface WatershedOptions extends JobOptions, SupervoxelOptions {
  readonly overwrite?: boolean;
}

export function registerWatershed(program: Command, { terminal, signal }: CommandContext): void {
  const command = program
    .command('watershed')
    .description('Affinities (c, z, y, x; uint8 or float32) to fragments: a label volume, nothing else.')
    .argument('<affinities>', 'three channels, links to the voxel before along z, y, x')
    .argument('<out>', '.h5 (dataset labels), .zarr, .tif or .nrrd')
    .option('--overwrite', 'replace what lies at <out>');
  withSupervoxelOptions(command, { supervoxels: 'the first when absent', sizeThreshold: '0', mergeLow: '--low' });
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

/** Small fragments are left where nothing is said of them. @throws FascicleError 'bad-request' for a value that the method does not have */
function supervoxelSettings(options: WatershedOptions): SupervoxelSettings {
  const { supervoxels = 'watershed', low = AFFINITY_WATERSHED_DEFAULTS.low } = options;
  const settings = defaultSupervoxels(supervoxels);
  return withValues(
    settings.method === 'watershed' ? { ...settings, sizeThreshold: 0, mergeLow: low } : settings,
    supervoxelValues(options),
  );
}
