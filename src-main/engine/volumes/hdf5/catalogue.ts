import { axesFromAttributes, numbersOf, type Attributes } from '../attributes.ts';
import { planAxes, type AxisPlan } from '../axes.ts';
import type { DatasetCandidate } from '../chooseDataset.ts';
import type { VoxelType } from '../volume.ts';
import type { Hdf5Dataset, Hdf5File, Hdf5Group } from './library.ts';

/** A dataset of a file, readable or not. */
export interface Hdf5Entry extends DatasetCandidate {
  /** Null where the dataset is stored in one piece. */
  readonly storedChunks: readonly number[] | null;
  readonly filters: readonly string[];
  /** Those of the filters that this build of the library lacks. */
  readonly missingFilters: readonly string[];
  readonly axes: string | null;
  readonly attributes: Attributes;
}

/** Files with more objects than this are listed in part. */
const MAX_OBJECTS = 10_000;
/** Deeper groups are not listed: a link back to a group above would never end. */
const MAX_DEPTH = 6;

/** Deflate, shuffle, fletcher32, n-bit and scale-offset: the numbers of the filters that every HDF5 library has. */
const BUILT_IN_FILTERS = new Set([1, 2, 3, 5, 6]);

/** HDF5 type classes. */
const INTEGER = 0;
const FLOAT = 1;
const BITFIELD = 4;
const ENUM = 8;

/** Every dataset of the file, depth first, in the order of names. */
export function listDatasets(file: Hdf5File): Hdf5Entry[] {
  const entries: Hdf5Entry[] = [];
  let seen = 0;
  const visit = (group: Hdf5Group, path: readonly string[]): void => {
    for (const name of group.keys().toSorted()) {
      if (++seen > MAX_OBJECTS) return;
      const child = group.get(name);
      if (child === null) continue;
      if (isDataset(child)) entries.push(describeDataset(child, [...path, name].join('/')));
      else if (isGroup(child) && path.length < MAX_DEPTH) visit(child, [...path, name]);
    }
  };
  visit(file, []);
  return entries;
}

/** The plan of a dataset, with the axes that the user named before those that the file names. */
export function planDataset(entry: Hdf5Entry, axes: string | null, where: string): AxisPlan {
  // Axes of another length describe something else (a table of points, say), not this array.
  const stated = entry.axes?.length === entry.storedShape.length ? entry.axes : null;
  return planAxes(entry.storedShape, axes ?? stated, where);
}

function describeDataset(dataset: Hdf5Dataset, path: string): Hdf5Entry {
  const { metadata } = dataset;
  const attributes = readAttributes(dataset);
  const { filters } = dataset;
  return {
    dataset: path,
    storedShape: metadata.shape ?? [],
    type: voxelTypeOfDataset(metadata),
    storedType: typeof dataset.dtype === 'string' ? dataset.dtype : JSON.stringify(dataset.dtype),
    storedChunks: metadata.chunks,
    filters: filters.map(({ name }) => name),
    missingFilters: filters.filter(({ id }) => !BUILT_IN_FILTERS.has(id)).map(({ id, name }) => name || `number ${id}`),
    axes: axesFromAttributes(attributes),
    attributes,
  };
}

function isDataset(entity: object): entity is Hdf5Dataset {
  return 'type' in entity && entity.type === 'Dataset';
}

function isGroup(entity: object): entity is Hdf5Group {
  return 'type' in entity && entity.type === 'Group';
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

function readAttributes(dataset: Hdf5Dataset): Attributes {
  const entries = Object.entries(dataset.attrs).map(([name, attribute]) => {
    const { value } = attribute;
    return [name, numbersOf(value) ?? value] as const;
  });
  return Object.fromEntries(entries);
}
