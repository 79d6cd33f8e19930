import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { boxOfShape, boxShape } from '#domain/geometry.ts';
import { hashParameters } from '#engine/jobs/markers.ts';
import type { Project } from '#engine/project/project.ts';
import { readSetting } from '#engine/project/settings.ts';
import { READ_AS_STORED, readSourceVolume } from '#engine/project/volumes.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { ORIGIN } from '#engine/segmentation/origin.ts';
import { volumeRole } from '#engine/segmentation/sourceVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';
import { pyramidFactors } from '#volumes/zarr/index.ts';

import { buildPyramid } from './buildPyramid.ts';
import type { PyramidOptions } from './buildPyramid.ts';
import type { PyramidRequest } from './pyramidJob.ts';
import { isPyramidOf, originOf } from './pyramidOrigin.ts';
import { storedPyramid } from './storedPyramid.ts';

/** A layer whose voxels stay where they lie and whose coarser levels the project keeps beside them. */
export interface CoarsePyramid {
  readonly id: 'affinities' | 'foreground';
  /** The coarser levels: the first of them is the second of the layer. */
  readonly path: string;
  /** Names the voxels that they are made from. */
  readonly origin: string;
  /** True where they are there and complete. */
  readonly isThere: boolean;
}

/** The layers of a segmented project that are shown from coarser levels of their own. */
export function coarsePyramids(project: Project): CoarsePyramid[] {
  const { paths, database } = project;
  const made = hashParameters(readSetting<object>(database, ORIGIN) ?? {});
  const of = (id: CoarsePyramid['id'], path: string, origin: string): CoarsePyramid => ({
    ...{ id, path, origin },
    isThere: isPyramidOf(path, origin),
  });
  const places = { affinities: paths.coarseAffinities, foreground: paths.coarseForeground };
  return (['affinities', 'foreground'] as const).flatMap((id) => {
    if (isStore(paths[id])) return of(id, places[id], made);
    const imported = readSourceVolume(database, id);
    const isFound = imported !== undefined && existsSync(parseVolumeSpec(imported.source).path);
    return isFound ? of(id, places[id], originOf(imported)) : [];
  });
}

/** The coarser levels that a project lacks; a volume of one chunk, or a source that is a pyramid itself, lacks none. */
export async function missingCoarsePyramids(project: Project): Promise<Omit<PyramidRequest, 'memoryBudgetBytes'>[]> {
  const wanted = await Promise.all(
    coarsePyramids(project)
      .filter(({ isThere }) => !isThere)
      .map(async ({ id, path, origin }) => ({
        ...{ path, origin, from: 1 as const },
        volume: await volumeOf(project, id),
      })),
  );
  const isNeeded = await Promise.all(
    wanted.map(
      async ({ volume }) =>
        pyramidFactors(boxShape(volume.region), volume.info.voxelSizeNm).length > 1 &&
        (await storedPyramid(volume)) === null,
    ),
  );
  return wanted.filter((_, index) => isNeeded[index]);
}

/**
 * Makes the coarser levels of affinities and foreground, in a compute process, so that a large volume can be looked at from afar
 * without reading all of it. Made once: what is there is left alone, and what was interrupted goes on where it stopped.
 *
 * @throws FascicleError as `buildPyramid`
 */
export async function buildCoarsePyramids(project: Project, options: PyramidOptions = {}): Promise<void> {
  const missing = await missingCoarsePyramids(project);
  // One stage, of which each layer is a part.
  for (const [done, pyramid] of missing.entries())
    await buildPyramid(pyramid, {
      ...options,
      onProgress: (progress) =>
        options.onProgress?.({
          ...progress,
          stage: 'Coarser levels',
          done: done * progress.total + progress.done,
          ...(progress.block && { block: { ...progress.block, index: done * progress.total + progress.block.index } }),
          total: missing.length * progress.total,
        }),
    });
}

const isStore = (path: string): boolean => existsSync(join(path, 'zarr.json'));

/** The voxels of a layer: the file that the project was made from, or the store that its own network filled. */
async function volumeOf({ paths, database }: Project, id: CoarsePyramid['id']): Promise<SourceVolume> {
  const path = paths[id];
  if (!isStore(path)) return readSourceVolume(database, id)!;
  const reader = await openVolume(path, { role: volumeRole(id) });
  await reader.close();
  const { info } = reader;
  return { role: id, source: path, fingerprint: '', info, region: boxOfShape(info.shape), reading: READ_AS_STORED };
}
