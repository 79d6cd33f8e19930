import { stat } from 'node:fs/promises';

import type { VolumeFile } from '#contract/routes/volumes.ts';
import { describeVolume } from '#volumes/openVolume.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';

import { suggestedUse } from './suggestedUse.ts';

/**
 * What a path holds, for the import wizard.
 *
 * @throws FascicleError as `describeVolume`
 */
export async function describeFile(spec: string): Promise<VolumeFile> {
  const { path, format, datasets, opens } = await describeVolume(spec);
  // Of the levels of one image, the first is meant; the others are the same voxels, coarser.
  const isLevel = (name: string) => format === 'ome-zarr' && name !== opens;
  const file = await stat(parseVolumeSpec(spec).path);
  return {
    path,
    format,
    // The size of a folder would take a walk through millions of chunks.
    sizeBytes: file.isDirectory() ? 0 : file.size,
    datasets: datasets.map(({ name, shape, channels, type, voxelSizeNm, axes, storedShape }) => ({
      ...{ name, shape, channels, type, voxelSizeNm, axes, storedShape: storedShape.slice() },
      suggestedUse: isLevel(name) ? 'ignore' : suggestedUse({ name, shape, channels, type }),
    })),
  };
}
