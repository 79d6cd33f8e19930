import { FascicleError } from '#domain/errors.ts';
import type { VoxelSizeNm } from '#domain/geometry.ts';
import { validVoxelSize } from '#volumes/voxelSize.ts';

/** A voxel size as it stands in an address, 'z,y,x' in nanometres. @throws FascicleError 'bad-request' */
export function parseVoxelSize(text: string): VoxelSizeNm {
  const size = validVoxelSize(text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part))));
  if (size === null)
    throw new FascicleError('bad-request', `A voxel size is three numbers above 0, z,y,x in nm; found '${text}'.`);
  return size;
}
