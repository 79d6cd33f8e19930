import type { Command } from 'commander';

import type { CommandContext } from '../main.ts';
import { printResult, table } from '../output.ts';

import { describeVolume } from '#volumes/openVolume.ts';

export function registerInfo(program: Command, { terminal }: CommandContext): void {
  program
    .command('info')
    .description('Say what a file or folder holds: datasets, shape (z, y, x), type, voxel size, axes.')
    .argument('<path>', 'HDF5, Zarr, OME-Zarr, TIFF, a folder of slices, or NRRD; file.h5:/dataset for one dataset')
    .option('--json', 'print JSON')
    .action(async (path: string, { json = false }: { json?: boolean }) => {
      const description = await describeVolume(path);
      printResult(terminal, json, description, () => [
        `${description.path}  (${description.format})`,
        ...table([
          ['dataset', 'shape z,y,x', 'channels', 'type', 'voxel size nm', 'axes', 'chunks', 'filters'],
          ...description.datasets.map((entry) => [
            entry.name === '' ? '-' : entry.name,
            entry.shape?.join(' x ') ?? entry.storedShape.join(' x '),
            String(entry.channels ?? '-'),
            entry.type,
            entry.voxelSizeNm?.join(' x ') ?? 'not stated',
            entry.axes ?? '?',
            entry.storedChunks?.join(' x ') ?? '-',
            entry.filters.join(' ') || '-',
          ]),
        ]),
        description.problem ?? `Opens by default: ${description.opens || 'the volume itself'}`,
      ]);
    });
}
