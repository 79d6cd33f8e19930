import { Option } from 'commander';
import type { Command } from 'commander';

import { SUPERVOXEL_METHODS } from '#domain/supervoxelMethod.ts';
import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';
import { AFFINITY_WATERSHED_DEFAULTS } from '#engine/segmentation/supervoxelSettings.ts';
import type { SupervoxelValues } from '#engine/segmentation/supervoxelSettings.ts';

import { fraction, length, wholeNumber } from '../parse.ts';

/** How supervoxels are made. */
export interface SupervoxelOptions {
  readonly supervoxels?: SupervoxelMethod;
  readonly boundary?: number;
  readonly sigmaSeeds?: number;
  readonly sigmaWeights?: number;
  readonly alpha?: number;
  readonly minSupervoxel?: number;
  readonly low?: number;
  readonly high?: number;
  readonly sizeThreshold?: number;
  readonly mergeLow?: number;
}

/** What a command takes where an option is absent, in words. */
interface Otherwise {
  readonly supervoxels: string;
  readonly sizeThreshold: string;
  readonly mergeLow: string;
}

/** Adds the options of `SupervoxelOptions`. */
export function withSupervoxelOptions(command: Command, otherwise: Otherwise): Command {
  const { low, high } = AFFINITY_WATERSHED_DEFAULTS;
  const text =
    'watershed of the affinities in space, or of the distance to boundaries in each slice or in space; ' +
    otherwise.supervoxels;
  const joining = `watershed: smaller fragments join their strongest neighbour (${otherwise.sizeThreshold})`;
  return command
    .addOption(new Option('--supervoxels <method>', text).choices(SUPERVOXEL_METHODS))
    .option('--boundary <p>', 'by distance: boundary probability above which a voxel is boundary (0.25)', fraction)
    .option('--sigma-seeds <voxels>', 'by distance: smoothing of the distance before its maxima are seeds (2)', length)
    .option('--sigma-weights <voxels>', 'by distance: smoothing of the boundary over which seeds grow (2)', length)
    .option('--alpha <a>', 'by distance: weight of the boundary against the distance (0.9)', fraction)
    .option('--min-supervoxel <voxels>', 'by distance: smaller ones go to their neighbours (100)', wholeNumber(0))
    .option('--low <l>', `watershed: links of this affinity or less do not exist (${low})`, fraction)
    .option('--high <h>', `watershed: links of this affinity or more always join (${high})`, fraction)
    .option('--size-threshold <voxels>', joining, wholeNumber(0))
    .option('--merge-low <a>', `watershed: affinity that they need for that (${otherwise.mergeLow})`, fraction);
}

/** The values among the options. */
export function supervoxelValues(options: SupervoxelOptions): SupervoxelValues {
  const { boundary, sigmaSeeds, sigmaWeights, alpha, minSupervoxel, low, high, sizeThreshold, mergeLow } = options;
  const byDistance = { threshold: boundary, sigmaSeeds, sigmaWeights, alpha, minSize: minSupervoxel };
  return { ...byDistance, low, high, sizeThreshold, mergeLow };
}
