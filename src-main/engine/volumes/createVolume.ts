import { extname } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';

import { createHdf5Volume } from './hdf5/index.ts';
import { createNrrdVolume } from './nrrd/index.ts';
import { createTiffVolume } from './tiff/index.ts';
import type { VolumeRole, VolumeWriter, VoxelType } from './volume.ts';
import { parseVolumeSpec } from './volumeSpec.ts';
import type { VolumeSpec } from './volumeSpec.ts';
import { createOmeZarrVolume, pyramidFactors } from './zarr/index.ts';

/** What a new volume shall be. */
export interface NewVolume {
  /** z, y, x. */
  readonly shape: Zyx;
  readonly type: VoxelType;
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** 1 when absent. */
  readonly channels?: number;
  /** Names the dataset in an HDF5 file, and says how a pyramid is made: labels are never averaged. */
  readonly role: VolumeRole;
}

/** The dataset of an HDF5 output where the user names none. */
const DATASET_OF_ROLE: Readonly<Record<VolumeRole, string>> = {
  image: 'raw',
  labels: 'labels',
  affinities: 'affinities',
};

/**
 * Starts a volume in the format that the extension names: .h5 or .hdf5 (dataset after a colon, else after the role), .zarr
 * (OME-Zarr 0.5 with a pyramid), .tif or .tiff, .nrrd. Nothing appears under the name before `finish`.
 */
export async function createVolume(spec: string, volume: NewVolume): Promise<VolumeWriter> {
  const { path, dataset } = outputSpec(spec);
  switch (extname(path).toLowerCase()) {
    case '.h5':
    case '.hdf5':
    case '.hdf':
      return createHdf5Volume(path, { ...volume, dataset: dataset ?? DATASET_OF_ROLE[volume.role] });
    case '.zarr':
      return createOmeZarrVolume(path, {
        ...volume,
        kind: volume.role === 'labels' ? 'labels' : 'image',
        levels: pyramidFactors(volume.shape, volume.voxelSizeNm),
      });
    case '.tif':
    case '.tiff':
      return createTiffVolume(path, volume);
    case '.nrrd':
      return createNrrdVolume(path, volume);
    default:
      throw new FascicleError(
        'unsupported',
        `${path}: volumes are not written as '${extname(path)}'. Accepted: .h5 or .hdf5 (HDF5), .zarr (OME-Zarr), .tif or .tiff (TIFF), .nrrd (NRRD).`,
      );
  }
}

/** The path and the dataset of an output, which does not exist yet: the extension tells where the path ends. */
export function outputSpec(spec: string): VolumeSpec {
  return parseVolumeSpec(spec, (candidate) => /\.(h5|hdf5|hdf|zarr|tiff?|nrrd)$/i.test(candidate));
}
