import { FascicleError } from '#domain/errors.ts';

import type { VolumeInfo, VoxelArray, VoxelType } from './volume.ts';

/** A block of labels, of the width that the file has. */
export type LabelVoxels = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

const LABEL_TYPES: readonly VoxelType[] = ['uint8', 'uint16', 'uint32', 'uint64', 'int8', 'int16', 'int32', 'int64'];

/**
 * Refuses a volume that cannot hold labels.
 *
 * @throws FascicleError 'bad-request' for floating point or several channels
 */
export function requireLabels(info: VolumeInfo): void {
  if (!LABEL_TYPES.includes(info.type) || info.channels !== 1)
    throw new FascicleError(
      'bad-request',
      `${info.source} holds ${info.channels > 1 ? `${info.channels} channels of ` : ''}${info.type}; ` +
        'labels are one channel of whole numbers of 8 to 64 bits.',
    );
}

/**
 * Voxels as unsigned ids, without a copy. Many tools write ids as signed numbers; those are the same bits as long as none is
 * negative.
 *
 * @throws FascicleError 'bad-file' for a negative id
 */
export function asLabels(voxels: VoxelArray, source: string): LabelVoxels {
  if (voxels instanceof Float32Array || voxels instanceof Float64Array)
    throw new FascicleError('internal', 'requireLabels comes before asLabels.');
  const { buffer, byteOffset, length } = voxels;
  const isSigned =
    voxels instanceof Int8Array ||
    voxels instanceof Int16Array ||
    voxels instanceof Int32Array ||
    voxels instanceof BigInt64Array;
  if (!isSigned) return voxels;
  for (let i = 0; i < length; i++)
    if (voxels[i] < 0)
      throw new FascicleError(
        'bad-file',
        `${source} holds the negative id ${voxels[i]}; ids are 0 (none) or positive.`,
      );
  if (voxels instanceof Int8Array) return new Uint8Array(buffer, byteOffset, length);
  if (voxels instanceof Int16Array) return new Uint16Array(buffer, byteOffset, length);
  if (voxels instanceof Int32Array) return new Uint32Array(buffer, byteOffset, length);
  return new BigUint64Array(buffer, byteOffset, length);
}
