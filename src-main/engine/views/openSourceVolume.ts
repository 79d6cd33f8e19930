import { FascicleError } from '#domain/errors.ts';
import type { SourceVolume } from '#engine/project/volumes.ts';
import { volumeRole } from '#engine/segmentation/sourceVolume.ts';
import { openVolume } from '#volumes/openVolume.ts';
import type { VolumeReader } from '#volumes/volume.ts';

/**
 * Opens a source of a project as it was read when the project was made.
 *
 * @param spec another array of the same file, for coarser levels; the one that the project knows when absent
 * @throws FascicleError as `openVolume`; 'conflict' where the file is no longer the one that the project was made from
 */
export async function openSourceVolume(
  { source, role, info, reading }: Pick<SourceVolume, 'source' | 'role' | 'info' | 'reading'>,
  spec: string = source,
): Promise<VolumeReader> {
  const reader = await openVolume(spec, { role: volumeRole(role), ...reading });
  const { shape, type, channels } = reader.info;
  const isSame = shape.every((extent, axis) => extent === info.shape[axis]) && channels === info.channels;
  if (spec !== source || (isSame && type === info.type)) return reader;
  await reader.close();
  throw new FascicleError(
    'conflict',
    `${source} is no longer the volume that the project was made from: it has ${shape.join(' x ')} voxels of ${type}, not ` +
      `${info.shape.join(' x ')} of ${info.type}. Put the original file back.`,
  );
}
