import { FascicleError } from '#domain/errors.ts';
import { boxContains, boxOfShape, boxShape, intersectBoxes, voxelCount, type Box, type Zyx } from '#domain/geometry.ts';

import type { VolumeInfo, VoxelArray } from './volume.ts';
import { allocateVoxels, voxelTypeOf } from './voxelTypes.ts';

/** Distance in elements between neighbours along z, y, x. */
export type Strides = Zyx;

/** The strides of a dense array of this shape, x fastest. */
function denseStrides(shape: Zyx): Strides {
  return [shape[1] * shape[2], shape[2], 1];
}

/** A typed array seen as a box of a larger volume. */
export interface Region {
  readonly voxels: VoxelArray;
  /** Where the array lies in the volume. */
  readonly box: Box;
  /** Dense, x fastest, when absent. */
  readonly strides?: Strides;
}

/** Copies the voxels that two regions of one volume share, row by row. Both hold the same voxel type. */
export function copyRegion(from: Region, to: Region): void {
  const shared = intersectBoxes(from.box, to.box);
  const [depth, rows, columns] = boxShape(shared);
  if (depth * rows * columns === 0) return;
  const source = from.strides ?? denseStrides(boxShape(from.box));
  const target = to.strides ?? denseStrides(boxShape(to.box));
  const start = (region: Region, strides: Strides): number =>
    (shared.min[0] - region.box.min[0]) * strides[0] +
    (shared.min[1] - region.box.min[1]) * strides[1] +
    (shared.min[2] - region.box.min[2]) * strides[2];
  const [sourceStart, targetStart] = [start(from, source), start(to, target)];
  const out = to.voxels as Uint8Array;
  const input = from.voxels as Uint8Array;
  const rowsAreDense = source[2] === 1 && target[2] === 1;
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < rows; y++) {
      const s = sourceStart + z * source[0] + y * source[1];
      const t = targetStart + z * target[0] + y * target[1];
      if (rowsAreDense) out.set(input.subarray(s, s + columns), t);
      else for (let x = 0; x < columns; x++) out[t + x * target[2]] = input[s + x * source[2]]!;
    }
}

/** The part `box` of a region, as a dense array. */
export function cutRegion(region: Region, box: Box): VoxelArray {
  const voxels = allocateVoxels(voxelTypeOf(region.voxels), voxelCount(boxShape(box)));
  copyRegion(region, { voxels, box });
  return voxels;
}

/** Refuses boxes with corners that are not whole numbers inside the volume, and channels that it does not have. */
export function checkBox(info: VolumeInfo, box: Box, channel = 0): void {
  const whole = [...box.min, ...box.max].every(Number.isInteger);
  const ordered = [0, 1, 2].every((axis) => box.min[axis]! <= box.max[axis]!);
  if (!whole || !ordered || !boxContains(boxOfShape(info.shape), box))
    throw new FascicleError(
      'bad-request',
      `The box ${formatBox(box)} does not lie in ${info.source}, whose shape is ${info.shape.join(' x ')} (z, y, x).`,
    );
  if (!Number.isInteger(channel) || channel < 0 || channel >= info.channels)
    throw new FascicleError(
      'bad-request',
      `${info.source} has ${info.channels} channel(s); channel ${channel} does not exist (the first is 0).`,
    );
}

/** Refuses voxels whose type or number is not that of the box. */
export function checkVoxels(info: Pick<VolumeInfo, 'type' | 'source'>, box: Box, voxels: VoxelArray): void {
  const type = voxelTypeOf(voxels);
  if (type !== info.type)
    throw new FascicleError(
      'bad-request',
      `${info.source} holds ${info.type}; ${type} voxels cannot be written to it.`,
    );
  const expected = voxelCount(boxShape(box));
  if (voxels.length !== expected)
    throw new FascicleError(
      'bad-request',
      `The box ${formatBox(box)} has ${expected} voxels; an array of ${voxels.length} was given.`,
    );
}

/** A box as people write it: z0:z1,y0:y1,x0:x1. */
export function formatBox(box: Box): string {
  return [0, 1, 2].map((axis) => `${box.min[axis]}:${box.max[axis]}`).join(',');
}
