import type { VoxelSizeNm } from '#domain/geometry.ts';

import { planAxes, spatialZyx, type AxisPlan } from '../axes.ts';
import type { VoxelType } from '../volume.ts';
import { nanometresPer, validVoxelSize } from '../voxelSize.ts';
import type { Hdf5Dataset, Hdf5File, Hdf5Group } from './library.ts';

/** A dataset of a file, readable or not. */
export interface Hdf5Entry {
  /** From the root, without a leading slash. */
  readonly dataset: string;
  readonly storedShape: readonly number[];
  /** null where the voxels are of a kind that no volume has (text, compound, half float). */
  readonly type: VoxelType | null;
  /** The type as the file names it. */
  readonly storedType: string;
  /** Null where the dataset is stored in one piece. */
  readonly storedChunks: readonly number[] | null;
  readonly filters: readonly string[];
  readonly axes: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Files with more objects than this are listed in part; a dataset can still be named. */
const MAX_OBJECTS = 10_000;

/** HDF5 type classes. */
const INTEGER = 0;
const FLOAT = 1;
const BITFIELD = 4;
const ENUM = 8;

/** Every dataset of the file, depth first, in the order of names. */
export function listDatasets(file: Hdf5File): Hdf5Entry[] {
  const entries: Hdf5Entry[] = [];
  let seen = 0;
  const visit = (group: Hdf5Group, prefix: string): void => {
    for (const name of group.keys().toSorted()) {
      if (++seen > MAX_OBJECTS) return;
      const child = group.get(name);
      if (child === null) continue;
      if (isDataset(child)) entries.push(describeDataset(child, prefix + name));
      else if (isGroup(child)) visit(child, `${prefix}${name}/`);
    }
  };
  visit(file, '');
  return entries;
}

/** What the file says about one dataset. */
export function describeDataset(dataset: Hdf5Dataset, path: string): Hdf5Entry {
  const { metadata } = dataset;
  const attributes = readAttributes(dataset);
  return {
    dataset: path,
    storedShape: metadata.shape ?? [],
    type: voxelTypeOfDataset(metadata),
    storedType: typeof dataset.dtype === 'string' ? dataset.dtype : JSON.stringify(dataset.dtype),
    storedChunks: metadata.chunks,
    filters: dataset.filters.map((filter) => filter.name),
    axes: axesOf(attributes),
    attributes,
  };
}

/** True for the datasets that can be a volume. */
export function isVolumeEntry(entry: Hdf5Entry): boolean {
  const { length } = entry.storedShape;
  return entry.type !== null && length >= 2 && length <= 5 && entry.storedShape.every((extent) => extent > 0);
}

/**
 * The voxel size that the dataset states: `resolution` (CREMI: nanometres unless `resolution_unit` says otherwise),
 * `voxel_size` with `units`, or `element_size_um`. Numbers are in the order of the stored axes.
 */
export function voxelSizeOf(entry: Hdf5Entry, plan: AxisPlan): VoxelSizeNm | null {
  const { attributes } = entry;
  const stated: readonly [unknown, unknown][] = [
    [attributes['resolution'], attributes['resolution_unit'] ?? 'nm'],
    [attributes['voxel_size'], attributes['units'] ?? attributes['voxel_size_unit'] ?? 'nm'],
    [attributes['element_size_um'], 'um'],
  ];
  for (const [value, unit] of stated) {
    const numbers = numbersOf(value);
    const scale = nanometresPer(String(Array.isArray(unit) ? unit.at(-1) : unit));
    if (numbers === null || scale === null) continue;
    const size = validVoxelSize(spatialZyx(plan, numbers.map((number) => number * scale), Number.NaN));
    if (size !== null) return size;
  }
  return null;
}

/** The plan of a dataset, with the axes that the user named before those that the file names. */
export function planDataset(entry: Hdf5Entry, axes: string | null, where: string): AxisPlan {
  return planAxes(entry.storedShape, axes ?? entry.axes, where);
}

export function isDataset(entity: { type: unknown }): entity is Hdf5Dataset {
  return entity.type === 'Dataset';
}

export function isGroup(entity: { type: unknown }): entity is Hdf5Group {
  return entity.type === 'Group';
}

function voxelTypeOfDataset(metadata: Hdf5Dataset['metadata']): VoxelType | null {
  const { type, size, signed } = metadata;
  const bits = size * 8;
  if (type === FLOAT) return bits === 32 ? 'float32' : bits === 64 ? 'float64' : null;
  // Booleans of h5py are an enumeration of one byte.
  if (type === ENUM || type === BITFIELD) return bits === 8 ? 'uint8' : null;
  if (type !== INTEGER || ![8, 16, 32, 64].includes(bits)) return null;
  return `${signed ? 'int' : 'uint'}${bits as 8 | 16 | 32 | 64}`;
}

function readAttributes(dataset: Hdf5Dataset): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(dataset.attrs)) {
    const numbers = numbersOf(attribute.value);
    values[name] = numbers ?? attribute.value;
  }
  return values;
}

/** The axes that the dataset states: 'zyx', ['z', 'y', 'x'] or HDF5 dimension labels; null where it states none. */
function axesOf(attributes: Readonly<Record<string, unknown>>): string | null {
  for (const name of ['axes', 'axis_names', 'DIMENSION_LABELS']) {
    const value = attributes[name];
    const text = Array.isArray(value) ? value.map((letter) => String(letter)).join('') : value;
    if (typeof text === 'string' && /^[a-z]{2,5}$/i.test(text)) return text.toLowerCase();
  }
  return null;
}

function numbersOf(value: unknown): number[] | null {
  if (typeof value === 'number' || typeof value === 'bigint') return [Number(value)];
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return null;
  const list = Array.from(value as unknown as ArrayLike<unknown>);
  return list.length > 0 && list.every((item) => typeof item === 'number' || typeof item === 'bigint')
    ? list.map(Number)
    : null;
}
