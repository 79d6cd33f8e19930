import { Option } from 'commander';
import type { Command } from 'commander';

import { SUPERVOXEL_METHODS } from '#domain/supervoxelMethod.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';

/** How supervoxels are made. */
export interface SupervoxelOptions {
  readonly supervoxels?: SupervoxelMethod;
}

/** Adds the option of `SupervoxelOptions`. @param otherwise what is taken without it, in words */
export function withSupervoxelOptions(command: Command, otherwise: string): Command {
  const text =
    'watershed of the affinities in space, or of the distance to boundaries in each slice or in space; ' + otherwise;
  return command.addOption(new Option('--supervoxels <method>', text).choices(SUPERVOXEL_METHODS));
}
