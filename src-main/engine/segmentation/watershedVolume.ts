import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { hashParameters } from '#engine/jobs/markers.ts';
import { copyVolume } from '#volumes/copyVolume.ts';
import { createVolume, outputSpec } from '#volumes/createVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { requireReplaceable } from '#volumes/paths.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';

import { computeSegmentation } from './computeSegmentation.ts';
import type { FromVolumesOptions } from './projectFromVolumes.ts';
import type { JobCounts } from './segmentJob.ts';
import { describeSource, essenceOf } from './sourceVolume.ts';
import type { SupervoxelSettings } from './supervoxelSettings.ts';

/**
 * Affinities to a label volume, without a project. Block results lie in `<out>.work` meanwhile, so that the same call goes on
 * after a kill; the folder goes at the end.
 *
 * @param out any path that `createVolume` writes
 * @param options.overwrite replaces what lies there, but never the affinities
 * @throws FascicleError as `computeSegmentation`, `createVolume` and `requireReplaceable`
 */
export async function watershedVolume(
  affinities: string,
  out: string,
  settings: SupervoxelSettings,
  options: Omit<FromVolumesOptions, 'axes' | 'block'> & { readonly block: number; readonly overwrite?: boolean },
): Promise<JobCounts> {
  const source = await describeSource('affinities', affinities, {
    region: null,
    voxelSizeNm: options.voxelSizeNm,
    axes: null,
  });
  const { overwrite = false } = options;
  requireReplaceable(outputSpec(out).path, { overwrite, inputs: [parseVolumeSpec(affinities).path] });
  const { shape, voxelSizeNm } = source.info;
  // Made first, so that a bad name is refused before the work and not after it.
  const writer = await createVolume(out, { shape, type: 'uint32', voxelSizeNm, role: 'labels' });
  const work = `${resolve(outputSpec(out).path).replace(/[\\/]+$/, '')}.work`;
  // Other settings get another folder: a store must not mix the blocks of two killed runs.
  const workDirectory = join(work, hashParameters({ source: essenceOf(source), settings }).slice(0, 16));
  const supervoxels = join(workDirectory, 'supervoxels.zarr');
  try {
    const counts = await computeSegmentation(
      {
        type: 'watershed',
        affinities: source.source,
        region: null,
        settings,
        voxelSizeNm,
        supervoxels,
        workDirectory,
        block: options.block,
        threads: options.threads,
      },
      options,
    );
    const labels = await openVolume(supervoxels, { role: 'labels' });
    try {
      await copyVolume(labels, writer, { signal: options.signal });
    } finally {
      await labels.close();
    }
    await writer.finish();
    await rm(work, { recursive: true, force: true });
    return counts;
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
