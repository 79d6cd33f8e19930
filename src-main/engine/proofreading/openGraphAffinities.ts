import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { boxShape, boxOfShape, voxelCount } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import type { Project } from '#engine/project/project.ts';
import { readSourceVolume } from '#engine/project/volumes.ts';
import { affinitiesOf, restrictToForeground } from '#engine/segmentation/affinitySource.ts';
import type { AffinitySource } from '#engine/segmentation/affinitySource.ts';
import { readOrigin } from '#engine/segmentation/origin.ts';
import { openSourceVolume } from '#engine/views/openSourceVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';
import type { VolumeReader } from '#volumes/volume.ts';

import type { SplitSources } from './splitSupervoxel.ts';

export interface OpenAffinities {
  readonly affinities: SplitSources['affinities'];
  close(): Promise<void>;
}

/**
 * The affinities of a project that dividing a supervoxel and repairing its contacts need. They are those that its region graph was made from: the network's,
 * lowered to the foreground where that was done, or a volume from elsewhere. A project without any has the affinity 0 everywhere, as in
 * its region graph; parts are then divided by distance.
 *
 * @throws FascicleError as opening a volume does; 'conflict' where a source has changed since
 */
export async function openGraphAffinities(project: Project): Promise<OpenAffinities> {
  const opened: VolumeReader[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((reader) => reader.close()));
  };
  const keep = (reader: VolumeReader): VolumeReader => {
    opened.push(reader);
    return reader;
  };
  try {
    const affinities = await openAffinities(project, keep);
    return {
      affinities: (box, signal) => affinities?.read(box, signal) ?? Promise.resolve(withoutAffinities(box)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const withoutAffinities = (box: Box): Uint8Array => new Uint8Array(3 * voxelCount(boxShape(box)));

async function openAffinities(
  { database, paths }: Project,
  keep: (reader: VolumeReader) => VolumeReader,
): Promise<AffinitySource | null> {
  if (existsSync(join(paths.affinities, 'zarr.json'))) {
    const reader = keep(await openVolume(paths.affinities, { role: 'affinities' }));
    const source = affinitiesOf(reader, boxOfShape(reader.info.shape));
    if (readOrigin(database)?.parameters.settings?.foregroundRestriction !== true) return source;
    return restrictToForeground(source, keep(await openVolume(paths.foreground, { role: 'image' })));
  }
  const volume = readSourceVolume(database, 'affinities');
  if (volume === undefined) return null;
  const source = affinitiesOf(keep(await openSourceVolume(volume)), volume.region);
  const foreground = readSourceVolume(database, 'foreground');
  if (foreground === undefined) return source;
  return restrictToForeground(source, keep(await openSourceVolume(foreground)), foreground.region);
}
