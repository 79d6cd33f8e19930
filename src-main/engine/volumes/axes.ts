import { FascicleError } from '#domain/errors.ts';
import { boxShape, type Box, type VoxelSizeNm, type Zyx } from '#domain/geometry.ts';

import { copyRegion, type Strides } from './regions.ts';
import type { VoxelArray } from './volume.ts';
import { allocateVoxels, voxelTypeOf } from './voxelTypes.ts';

/** How the axes of a stored array become channel, z, y, x. */
export interface AxisPlan {
  /** One letter per stored axis, slowest first: 'zyx', 'czyx', 'xyz', 'tczyx'. */
  readonly axes: string;
  readonly storedShape: readonly number[];
  readonly shape: Zyx;
  readonly channels: number;
}

/** More channels than this along a first axis without a name are taken for slices. */
const MAX_UNNAMED_CHANNELS = 64;

/**
 * Plans the reading of an array. Axes that are neither c, z, y nor x are accepted where their length is 1.
 * @param axes letters as the file or the user names them; null where nobody does: 'yx', 'zyx', and 'czyx' where the
 *   first of four axes is no longer than 64 are then assumed
 * @param where names the array in messages
 */
export function planAxes(storedShape: readonly number[], axes: string | null, where: string): AxisPlan {
  const named = (axes ?? assumedAxes(storedShape, where)).toLowerCase();
  const found = `${where} has shape ${storedShape.join(' x ')}`;
  if (named.length !== storedShape.length)
    throw new FascicleError(
      'bad-request',
      `${found}, which needs ${storedShape.length} axis letters; '${named}' has ${named.length}. ` +
        `Name every axis, slowest first, with c, z, y, x (for example zyx or czyx).`,
    );
  if (new Set(named).size !== named.length || !named.includes('y') || !named.includes('x'))
    throw new FascicleError(
      'bad-request',
      `The axes '${named}' of ${where} must name y and x, and each letter once (for example zyx, czyx or xyz).`,
    );
  for (const [index, letter] of [...named].entries())
    if (!'czyx'.includes(letter) && storedShape[index] !== 1)
      throw new FascicleError(
        'unsupported',
        `${found} with axes '${named}'. Only volumes are read: axis '${letter}' must have length 1, or be cut out first.`,
      );
  const extent = (letter: string): number => (named.includes(letter) ? storedShape[named.indexOf(letter)]! : 1);
  return {
    axes: named,
    storedShape,
    shape: [extent('z'), extent('y'), extent('x')],
    channels: extent('c'),
  };
}

function assumedAxes(storedShape: readonly number[], where: string): string {
  if (storedShape.length === 2) return 'yx';
  if (storedShape.length === 3) return 'zyx';
  if (storedShape.length === 4 && storedShape[0]! <= MAX_UNNAMED_CHANNELS) return 'czyx';
  if (storedShape.length === 5 && storedShape[0] === 1 && storedShape[1]! <= MAX_UNNAMED_CHANNELS) return 'tczyx';
  throw new FascicleError(
    'ambiguous',
    `${where} has shape ${storedShape.join(' x ')} and does not say what its axes are. ` +
      `State them in the file, slowest first, as an attribute 'axes' (accepted: zyx, xyz, czyx, zyxc and the like).`,
  );
}

/** Start and count along every stored axis for one channel of a box. */
export function storedWindow(plan: AxisPlan, box: Box, channel: number): { start: number[]; count: number[] } {
  const shape = boxShape(box);
  const start: number[] = [];
  const count: number[] = [];
  for (const letter of plan.axes) {
    const axis = 'zyx'.indexOf(letter);
    start.push(axis >= 0 ? box.min[axis]! : letter === 'c' ? channel : 0);
    count.push(axis >= 0 ? shape[axis]! : 1);
  }
  return { start, count };
}

/** The z, y, x strides of a dense array that lies in memory in stored order. */
export function stridesOf(plan: AxisPlan, storedStrides: readonly number[]): Strides {
  const stride = (letter: string): number =>
    plan.axes.includes(letter) ? storedStrides[plan.axes.indexOf(letter)]! : 0;
  return [stride('z'), stride('y'), stride('x')];
}

/** Dense strides, last axis fastest. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Brings the voxels of a window, read in stored order, into z, y, x order; the same array where they are already. */
export function toZyxOrder(plan: AxisPlan, voxels: VoxelArray, box: Box, count: readonly number[]): VoxelArray {
  if (
    [...plan.axes].filter((letter) => 'zyx'.includes(letter)).join('') === 'zyx'.slice(plan.axes.includes('z') ? 0 : 1)
  )
    return voxels;
  const ordered = allocateVoxels(voxelTypeOf(voxels), voxels.length);
  copyRegion({ voxels, box, strides: stridesOf(plan, rowMajorStrides(count)) }, { voxels: ordered, box });
  return ordered;
}

/**
 * One number per spatial axis, taken from a list in stored order, as z, y, x. The list may name every axis or only the
 * spatial ones; null where its length fits neither. An axis that is not stored gets `absent`.
 */
export function spatialZyx(plan: AxisPlan, values: readonly number[], absent: number): VoxelSizeNm | null {
  const spatial = [...plan.axes].filter((letter) => 'zyx'.includes(letter)).join('');
  const names = values.length === plan.axes.length ? plan.axes : values.length === spatial.length ? spatial : null;
  if (names === null) return null;
  const pick = (letter: string): number => (names.includes(letter) ? values[names.indexOf(letter)]! : absent);
  return [pick('z'), pick('y'), pick('x')];
}
