import { join, resolve } from 'node:path';

import { FascicleError } from '#domain/errors.ts';
import { boxContains, boxOfShape, boxShape } from '#domain/geometry.ts';
import type { Box } from '#domain/geometry.ts';
import { hashParameters } from '#engine/jobs/markers.ts';
import type { Project } from '#engine/project/project.ts';
import type { SourceRole, SourceVolume, VolumeReading } from '#engine/project/volumes.ts';
import { fingerprintVolume } from '#volumes/fingerprint.ts';
import { openVolume } from '#volumes/openVolume.ts';
import { parseVolumeSpec } from '#volumes/volumeSpec.ts';
import type { VolumeInfo, VolumeReader, VolumeRole } from '#volumes/volume.ts';

import { requireAffinities, requireForeground } from './affinitySource.ts';

/**
 * The facts of a volume that a project is made from.
 *
 * @param options.region the part that is used; null for all
 * @param options.axes and `voxelSizeNm` instead of what the file states; null to take that
 * @throws FascicleError as `openVolume`; 'bad-request' for a region that does not lie in the volume, or affinities or a foreground that are
 *   none
 */
export async function describeSource(
  role: SourceRole,
  path: string,
  options: VolumeReading & { region: Box | null },
): Promise<SourceVolume> {
  const { axes, voxelSizeNm } = options;
  const reader = await openVolume(path, { role: volumeRole(role), axes, voxelSizeNm });
  await reader.close();
  const { info } = reader;
  // Before the job begins, so that a project is not made for nothing.
  if (role === 'affinities') requireAffinities(info);
  if (role === 'foreground') requireForeground(info);
  const bounds = boxOfShape(info.shape);
  const region = options.region ?? bounds;
  if (!boxContains(bounds, region) || boxShape(region).includes(0))
    throw new FascicleError(
      'bad-request',
      `The region ${formatBox(region)} does not lie in ${info.source}, which has ${info.shape.join(' x ')} voxels (z, y, x).`,
    );
  return {
    role,
    source: absoluteSource(info),
    fingerprint: await fingerprintVolume(parseVolumeSpec(path).path),
    info,
    region,
    reading: { axes, voxelSizeNm },
  };
}

/** What a source is to a reader of files. */
export const volumeRole = (role: SourceRole): VolumeRole => (role === 'raw' || role === 'foreground' ? 'image' : role);

/**
 * Opens a volume that a project was made from as the user described it then.
 *
 * @throws FascicleError as `openVolume`
 */
export function openSource({ role, source, reading }: SourceVolume): Promise<VolumeReader> {
  return openVolume(source, { role: volumeRole(role), ...reading });
}

/**
 * Refuses volumes that do not cover the same voxels.
 *
 * @param of what they are volumes of, as the refusal calls it
 * @throws FascicleError 'bad-request'
 */
export function requireSameShape(
  first: Pick<SourceVolume, 'source' | 'info'>,
  others: readonly Pick<SourceVolume, 'source' | 'info'>[],
  of = 'a project',
): void {
  for (const { source, info } of others)
    if (info.shape.some((extent, axis) => extent !== first.info.shape[axis]))
      throw new FascicleError(
        'bad-request',
        `${source} has ${info.shape.join(' x ')} voxels, ${first.source} ${first.info.shape.join(' x ')} (z, y, x). ` +
          `All volumes of ${of} must cover the same voxels.`,
      );
}

/** The part of a source's description that decides results. */
export function essenceOf({ role, source, fingerprint, region, reading: { axes } }: SourceVolume) {
  return { role, source, fingerprint, region, ...(axes === null ? {} : { axes }) };
}

/** Where a job keeps its block results: another folder for other parameters. */
export function workFolder(project: Project, parameters: object): string {
  return join(project.paths.work, hashParameters(parameters).slice(0, 16));
}

/** The source with an absolute path, so that the project finds it from any folder. */
function absoluteSource({ source, dataset }: VolumeInfo): string {
  const path = dataset !== null && source.endsWith(`:${dataset}`) ? source.slice(0, -dataset.length - 1) : source;
  return `${resolve(path)}${source.slice(path.length)}`;
}

function formatBox({ min, max }: Box): string {
  return ([0, 1, 2] as const).map((axis) => `${min[axis]}:${max[axis]}`).join(',');
}
