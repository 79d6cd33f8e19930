import type { DatasetInfo } from '#contract/routes/volumes.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import { mapZyx } from '#domain/geometry.ts';
import { formatPlain } from '#renderer/format/index.ts';

const SPACE_AXES = ['z', 'y', 'x'] as const;
export const AXES = [...SPACE_AXES, 'c'] as const;
export type Axis = (typeof AXES)[number];

/** One stored dimension, slowest first: what it is, how long it is, and what the user typed as its voxel size. */
export interface AxisColumn {
  /** Null until it is known. */
  readonly axis: Axis | null;
  readonly length: number;
  /** In nm, as typed; of no meaning for channels. */
  readonly sizeText: string;
}

/**
 * The stored dimensions as the file describes them. What the file does not say stays open: neither axes nor voxel sizes are guessed,
 * since a wrong one spoils every result without a sign.
 */
export function columnsOf({ axes, storedShape, voxelSizeNm }: DatasetInfo): AxisColumn[] {
  return storedShape.map((length, i) => {
    const axis = axes === null ? null : ((axes[i] as Axis | undefined) ?? null);
    const size = axis === null || axis === 'c' ? null : voxelSizeNm?.[SPACE_AXES.indexOf(axis)];
    return { axis, length, sizeText: size === null || size === undefined ? '' : formatPlain(size, 4) };
  });
}

/** The columns with an axis given to one; the column that had it takes the other's, so that every axis stays there once. */
export function withAxis(columns: readonly AxisColumn[], index: number, axis: Axis): AxisColumn[] {
  const before = columns[index].axis;
  return columns.map((column, i) => {
    if (i === index) return { ...column, axis };
    return column.axis === axis ? { ...column, axis: before } : column;
  });
}

/** The columns with the voxel size of one as typed. */
export function withSizeText(columns: readonly AxisColumn[], index: number, sizeText: string): AxisColumn[] {
  return columns.map((column, i) => (i === index ? { ...column, sizeText } : column));
}

/** The axes that a dataset of so many dimensions can have. */
export function axesFor(columns: readonly AxisColumn[]): readonly Axis[] {
  return columns.length > 3 || columns.some(({ axis }) => axis === 'c') ? AXES : SPACE_AXES;
}

/** The axes as a word, 'zyx'; null while one is open. */
export function axesText(columns: readonly AxisColumn[]): string | null {
  return columns.every(({ axis }) => axis !== null) ? columns.map(({ axis }) => axis).join('') : null;
}

/** The shape that the axes give, z, y, x; null while one of them is missing. */
export function shapeOf(columns: readonly AxisColumn[]): Zyx | null {
  const lengths = SPACE_AXES.map((axis) => columns.find((column) => column.axis === axis)?.length);
  return lengths.every((length) => length !== undefined) ? mapZyx((axis) => lengths[axis]!) : null;
}

/** The voxel size that was typed, z, y, x in nm; null while one is missing or cannot be. */
export function voxelSizeOf(columns: readonly AxisColumn[]): VoxelSizeNm | null {
  const sizes = SPACE_AXES.map((axis) => parseSize(columns.find((column) => column.axis === axis)?.sizeText ?? ''));
  return sizes.every((size) => size !== null) ? mapZyx((axis) => sizes[axis]!) : null;
}

/** A voxel size in nm as typed, decimal comma allowed; null for what is none. */
export function parseSize(text: string): number | null {
  const trimmed = text.trim().replace(',', '.');
  if (!/^\d*\.?\d+$/.test(trimmed)) return null;
  const size = Number(trimmed);
  return size > 0 && size <= 1e6 ? size : null;
}

/** What is wrong with a typed voxel size; null where nothing is. */
export function sizeProblem(text: string): string | null {
  if (text.trim() === '') return 'Needed, in nm';
  return parseSize(text) === null ? 'A number of nm above 0' : null;
}

/** True where the user has said something else than the file. */
export function isChanged(columns: readonly AxisColumn[], info: DatasetInfo): boolean {
  const read = columnsOf(info);
  return columns.some(({ axis, sizeText }, i) => axis !== read[i]?.axis || sizeText !== read[i].sizeText);
}
