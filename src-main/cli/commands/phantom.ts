import { availableParallelism } from 'node:os';

import type { Command } from 'commander';

import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { DEFAULT_PHANTOM_VOXEL_SIZE, writePhantom } from '#engine/phantom/writePhantom.ts';

import type { CommandContext } from '../main.ts';
import { printResult } from '../output.ts';
import { shape, voxelSize, wholeNumber } from '../parse.ts';
import { showProgress } from '../progress.ts';

interface PhantomOptions {
  readonly shape: Zyx;
  readonly seed: number;
  readonly voxelSize: VoxelSizeNm;
  readonly affinities?: boolean;
  readonly threads: number;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

export function registerPhantom(program: Command, { terminal, signal }: CommandContext): void {
  program
    .command('phantom')
    .description('Write made-up neuropil with exact labels: HDF5 with the datasets raw and labels.')
    .argument('<out>', 'HDF5 file to write')
    .requiredOption('--shape <z,y,x>', 'voxels', shape)
    .requiredOption('--seed <n>', 'the same seed gives the same volume', wholeNumber(0))
    .option('--voxel-size <z,y,x>', 'nanometres', voxelSize, DEFAULT_PHANTOM_VOXEL_SIZE)
    .option('--affinities', 'add a dataset of noisy affinities, as a network might predict them')
    .option('--threads <n>', 'the result does not depend on it', wholeNumber(1), availableParallelism())
    .option('--overwrite', 'replace what lies at <out>')
    .option('--json', 'print JSON')
    .action(async (out: string, options: PhantomOptions) => {
      const progress = showProgress(terminal);
      try {
        await writePhantom(out, {
          shape: options.shape,
          seed: options.seed,
          voxelSizeNm: options.voxelSize,
          affinities: options.affinities ?? false,
          threads: options.threads,
          overwrite: options.overwrite ?? false,
          signal,
          onProgress: (done, total) => progress.update({ stage: 'Painting', done, total, unit: 'blocks' }),
        });
        progress.end();
        const { shape: extent, seed, voxelSize: voxelSizeNm } = options;
        printResult(terminal, options.json ?? false, { out, shape: extent, seed, voxelSizeNm }, () => [
          `${out}: ${extent.join(' x ')} voxels (z, y, x) of ${voxelSizeNm.join(' x ')} nm, seed ${seed}`,
        ]);
      } finally {
        progress.end();
      }
    });
}
