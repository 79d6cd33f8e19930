import type { Command } from 'commander';

import type { VoxelSizeNm } from '#domain/geometry.ts';
import { averageAffinities } from '#engine/segmentation/averageAffinities.ts';

import type { CommandContext } from '../main.ts';
import { printResult } from '../output.ts';
import { voxelSize } from '../parse.ts';
import { showProgress } from '../progress.ts';

interface AverageOptions {
  readonly out: string;
  readonly voxelSize?: VoxelSizeNm;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

export function registerAverage(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('average')
    .description('The mean of what several networks say of one volume, to be segmented with --affinities.')
    .argument('<volumes...>', 'affinities (three channels) or foregrounds (one), such as affinities.zarr of projects')
    .requiredOption('--out <path>', '.zarr or .h5; a mean of foregrounds also .tif or .nrrd')
    .option('--voxel-size <z,y,x>', 'nanometres, instead of what the first volume states', voxelSize)
    .option('--overwrite', 'replace what lies at --out')
    .option('--json', 'print JSON')
    .action(async (volumes: string[], { out, ...options }: AverageOptions) => {
      const progress = showProgress(terminal);
      try {
        const average = await averageAffinities(volumes, out, {
          voxelSizeNm: options.voxelSize ?? null,
          overwrite: options.overwrite ?? false,
          signal,
          onProgress: progress.update,
        });
        progress.end();
        printResult(terminal, options.json ?? false, { out, volumes: volumes.length, ...average }, () => [
          `${out}: mean of ${volumes.length} ${average.channels === 1 ? 'foregrounds' : 'volumes of affinities'}, ` +
            `${average.shape.join(' x ')} voxels (z, y, x), ${average.type}`,
        ]);
      } finally {
        progress.end();
      }
    });
}
