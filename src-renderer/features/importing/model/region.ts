import { boxOfShape, boxShape, mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';

/** A box as typed: corners in z, y, x; `max` is not inside. Empty fields mean the end of the volume. */
export interface RegionText {
  readonly min: readonly [string, string, string];
  readonly max: readonly [string, string, string];
}

export const WHOLE_VOLUME: RegionText = { min: ['', '', ''], max: ['', '', ''] };

/** The box as it would be typed. */
export function regionTextOf(box: Box): RegionText {
  return { min: [...mapZyx((axis) => box.min[axis])].map(String) as never, max: [...box.max].map(String) as never };
}

/** The region with one field as typed. */
export function withCorner(region: RegionText, corner: 'min' | 'max', axis: 0 | 1 | 2, text: string): RegionText {
  const values: [string, string, string] = [...region[corner]];
  values[axis] = text;
  return { ...region, [corner]: values };
}

const NAMES = ['z', 'y', 'x'] as const;

/**
 * The box that was typed, null for the whole volume, or why it cannot be.
 *
 * @param shape of the volume, z, y, x
 */
export function parseRegion(region: RegionText, shape: Zyx): { box: Box | null } | { problem: string } {
  const corners: Record<'min' | 'max', number[]> = { min: [], max: [] };
  for (const axis of [0, 1, 2] as const)
    for (const corner of ['min', 'max'] as const) {
      const text = region[corner][axis].trim();
      if (text !== '' && !/^\d+$/.test(text))
        return { problem: `${NAMES[axis]}: "${text}" is no whole number of voxels.` };
      corners[corner][axis] = text === '' ? (corner === 'min' ? 0 : shape[axis]) : Number(text);
    }
  for (const axis of [2, 1, 0] as const) {
    const [from, to] = [corners.min[axis], corners.max[axis]];
    if (to > shape[axis]) return { problem: `${NAMES[axis]} ends at ${shape[axis]}; ${to} lies outside.` };
    if (from >= to) return { problem: `${NAMES[axis]} from ${from} to ${to} holds no voxels.` };
  }
  const box: Box = { min: mapZyx((axis) => corners.min[axis]), max: mapZyx((axis) => corners.max[axis]) };
  return { box: voxelCount(boxShape(box)) === voxelCount(shape) ? null : box };
}

/** What a first look is worth waiting for. */
const CHECK_SECONDS = 60;
const CHECK_VOXELS = { fewest: 2 ** 18, usual: 2 ** 21, most: 2 ** 24 };
/** A network sees little in fewer sections. */
const FEWEST_SECTIONS = 16;

/**
 * A box in the middle of the region that takes about a minute: as deep as it is wide in nanometres, as far as the region allows.
 *
 * @param bounds the region, in voxels
 * @param voxelsPerSecond of the whole run; null where it was not measured yet
 */
export function smallBox(bounds: Box, voxelSizeNm: Zyx, voxelsPerSecond: number | null): Box {
  const wanted =
    voxelsPerSecond === null
      ? CHECK_VOXELS.usual
      : Math.min(CHECK_VOXELS.most, Math.max(CHECK_VOXELS.fewest, voxelsPerSecond * CHECK_SECONDS));
  const room = boxShape(bounds);
  if (voxelCount(room) <= wanted) return bounds;
  const side = Math.cbrt(wanted * voxelSizeNm[0] * voxelSizeNm[1] * voxelSizeNm[2]);
  const depth = Math.min(room[0], Math.max(FEWEST_SECTIONS, Math.round(side / voxelSizeNm[0])));
  const edge = Math.sqrt((wanted / depth) * voxelSizeNm[1] * voxelSizeNm[2]);
  const rows = Math.min(room[1], Math.round(edge / voxelSizeNm[1]));
  const columns = Math.min(room[2], Math.round(wanted / depth / rows));
  const shape: Zyx = [depth, rows, columns];
  const min = mapZyx((axis) => bounds.min[axis] + Math.floor((room[axis] - shape[axis]) / 2));
  return { min, max: mapZyx((axis) => min[axis] + shape[axis]) };
}

/** The region itself: the whole volume for null. */
export function boundsOf(box: Box | null, shape: Zyx): Box {
  return box ?? boxOfShape(shape);
}
