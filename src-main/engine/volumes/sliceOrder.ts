import { FascicleError } from '#domain/errors.ts';
import type { Box } from '#domain/geometry.ts';

import { checkBox, checkVoxels } from './regions.ts';
import type { VolumeInfo, VoxelArray } from './volume.ts';

/** Keeps what is written to a format that holds its slices one after the other in order: whole slices, by rising z. */
export interface SliceOrder {
  /** Refuses a box that is not the next whole slices, or voxels that do not fill it. @throws FascicleError 'bad-request' */
  check(box: Box, voxels: VoxelArray, channel: number): void;
  /** Notes that the slices of a box are written. */
  wrote(box: Box): void;
  /** @throws FascicleError 'bad-request' where slices are missing */
  requireAll(): void;
}

/** @param format as people call it @throws FascicleError 'unsupported' for several channels, which such a format has no order for */
export function requireOneChannel(path: string, channels: number, format: string): void {
  if (channels !== 1)
    throw new FascicleError(
      'unsupported',
      `${path}: ${channels} channels are not written to one ${format}. Use HDF5 or OME-Zarr.`,
    );
}

/** @param format as people call it */
export function createSliceOrder(info: VolumeInfo, format: string): SliceOrder {
  const { source, shape } = info;
  let next = 0;
  return {
    check(box, voxels, channel) {
      checkBox(info, box, channel);
      checkVoxels(info, box, voxels);
      const isWhole = box.min[1] === 0 && box.min[2] === 0 && box.max[1] === shape[1] && box.max[2] === shape[2];
      if (!isWhole || box.min[0] !== next)
        throw new FascicleError(
          'bad-request',
          `${source}: ${format} is written slice by slice. Whole slices from ${next} on are expected, a box from ` +
            `${box.min.join(',')} to ${box.max.join(',')} (z,y,x) was given.`,
        );
    },
    wrote(box) {
      next = box.max[0];
    },
    requireAll() {
      if (next !== shape[0])
        throw new FascicleError(
          'bad-request',
          `${source}: ${next} of ${shape[0]} slices were written; it is not complete.`,
        );
    },
  };
}
