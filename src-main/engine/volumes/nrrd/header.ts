import { FascicleError } from '#domain/errors.ts';

import type { VoxelType } from '../volume.ts';

/** The header of an NRRD file, checked (formats NRRD0001 to NRRD0005). */
export interface NrrdHeader {
  readonly type: VoxelType;
  /** Fastest axis first, as the file has it. */
  readonly sizes: readonly number[];
  readonly encoding: 'raw' | 'gzip' | 'ascii';
  readonly littleEndian: boolean;
  /** The file that holds the voxels, relative to the header; null where they follow the header. */
  readonly dataFile: string | null;
  readonly lineSkip: number;
  /** Bytes before the voxels, after unpacking; -1 where the voxels are the last bytes. */
  readonly byteSkip: number;
  /** Per axis, fastest first; null where nothing is said. */
  readonly spacings: readonly (number | null)[];
  readonly units: readonly (string | null)[];
  /** Where voxel 0 lies along each axis, in its unit, fastest first; null where nothing is said, or the axes of the voxels are not those of space. */
  readonly starts: readonly number[] | null;
  /** 'z'..., per axis, fastest first; null where the header does not tell. */
  readonly axes: string | null;
  /** Bytes of the header with the empty line that ends it. */
  readonly headerBytes: number;
}

const TYPES: Readonly<Record<string, VoxelType>> = {
  'signed char': 'int8',
  int8: 'int8',
  int8_t: 'int8',
  uchar: 'uint8',
  'unsigned char': 'uint8',
  uint8: 'uint8',
  uint8_t: 'uint8',
  short: 'int16',
  'short int': 'int16',
  'signed short': 'int16',
  'signed short int': 'int16',
  int16: 'int16',
  int16_t: 'int16',
  ushort: 'uint16',
  'unsigned short': 'uint16',
  'unsigned short int': 'uint16',
  uint16: 'uint16',
  uint16_t: 'uint16',
  int: 'int32',
  'signed int': 'int32',
  int32: 'int32',
  int32_t: 'int32',
  uint: 'uint32',
  'unsigned int': 'uint32',
  uint32: 'uint32',
  uint32_t: 'uint32',
  longlong: 'int64',
  'long long': 'int64',
  'long long int': 'int64',
  'signed long long': 'int64',
  'signed long long int': 'int64',
  int64: 'int64',
  int64_t: 'int64',
  ulonglong: 'uint64',
  'unsigned long long': 'uint64',
  'unsigned long long int': 'uint64',
  uint64: 'uint64',
  uint64_t: 'uint64',
  float: 'float32',
  double: 'float64',
};

const ENCODINGS: Readonly<Record<string, NrrdHeader['encoding']>> = {
  raw: 'raw',
  gz: 'gzip',
  gzip: 'gzip',
  txt: 'ascii',
  text: 'ascii',
  ascii: 'ascii',
};

/** True where the bytes at the start of a file are those of NRRD. */
export function isNrrd(head: Uint8Array): boolean {
  return /^NRRD000\d/.test(Buffer.from(head.subarray(0, 8)).toString('latin1'));
}

/** Parses the header at the start of `bytes`; null where it does not end within them. */
export function parseNrrdHeader(bytes: Uint8Array, path: string): NrrdHeader | null {
  const text = Buffer.from(bytes).toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  // A detached header may end without an empty line.
  const content = end === null ? text : text.slice(0, end.index);
  const fields = readFields(content);
  if (end === null && !(fields.has('data file') || fields.has('datafile'))) return null;
  return checkHeader(fields, path, end === null ? bytes.byteLength : end.index + end[0].length);
}

/** 'field: value' lines; comments and 'key:=value' pairs say nothing about the voxels. */
function readFields(content: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of content.split(/\r?\n/).slice(1)) {
    const match = /^([^#:][^:]*):(?!=)\s*(.*)$/.exec(line);
    if (match !== null) fields.set(match[1]!.trim().toLowerCase(), match[2]!.trim());
  }
  return fields;
}

function checkHeader(fields: ReadonlyMap<string, string>, path: string, headerBytes: number): NrrdHeader {
  const field = (...names: string[]): string | undefined =>
    names.map((name) => fields.get(name)).find((value) => value !== undefined);
  const bad = (message: string): FascicleError => new FascicleError('bad-file', `${path}: the NRRD header ${message}.`);
  const unsupported = (message: string): FascicleError =>
    new FascicleError('unsupported', `${path}: the NRRD header ${message}.`);

  const typeName = field('type') ?? '';
  const type = TYPES[typeName.toLowerCase()];
  if (type === undefined)
    throw unsupported(`states the type '${typeName}'; accepted: integers of 8 to 64 bits, float and double`);
  const sizes = (field('sizes') ?? '').split(/\s+/).map(Number);
  const dimension = Number(field('dimension'));
  if (sizes.length !== dimension || !sizes.every((size) => Number.isSafeInteger(size) && size > 0))
    throw bad(`states dimension '${field('dimension') ?? ''}' and sizes '${field('sizes') ?? ''}', which do not agree`);
  if (dimension < 2 || dimension > 5) throw unsupported(`states ${dimension} axis; volumes have 2 to 5`);
  const encodingName = (field('encoding') ?? '').toLowerCase();
  const encoding = ENCODINGS[encodingName];
  if (encoding === undefined)
    throw unsupported(
      `states the encoding '${encodingName}'; accepted: raw, gzip, ascii. Store the file again with one of these`,
    );
  const endian = field('endian')?.toLowerCase();
  const isWide = type !== 'uint8' && type !== 'int8';
  if (encoding !== 'ascii' && isWide && endian !== 'little' && endian !== 'big')
    throw bad(`states no byte order for ${type}; add the line 'endian: little' or 'endian: big'`);
  const byteSkip = wholeNumber(field('byte skip', 'byteskip'));
  const lineSkip = wholeNumber(field('line skip', 'lineskip'));
  if (byteSkip === null || byteSkip < -1 || lineSkip === null || lineSkip < 0)
    throw bad(
      `states byte skip '${field('byte skip', 'byteskip') ?? 0}' and line skip '${field('line skip', 'lineskip') ?? 0}'; whole numbers from 0 (byte skip: from -1) are accepted`,
    );
  const dataFile = field('data file', 'datafile') ?? null;
  if (dataFile !== null && (/^LIST\b/.test(dataFile) || /%\d*d/.test(dataFile)))
    throw unsupported(`spreads the voxels over several files ('${dataFile}'); join them into one`);
  return {
    type,
    sizes,
    encoding,
    littleEndian: endian !== 'big',
    dataFile,
    lineSkip,
    byteSkip,
    ...geometryOf(fields, dimension),
    headerBytes,
  };
}

/** Axes, spacings and units, per axis, fastest first. */
function geometryOf(
  fields: ReadonlyMap<string, string>,
  dimension: number,
): Pick<NrrdHeader, 'spacings' | 'units' | 'axes' | 'starts'> {
  const directions = vectorsOf(fields.get('space directions'));
  const listed = fields.get('spacings')?.split(/\s+/).map(Number);
  const spacings = Array.from({ length: dimension }, (_, axis) => {
    const vector = directions?.[axis];
    if (vector !== undefined && vector !== null) return Math.hypot(...vector);
    const spacing = listed?.[axis];
    return spacing === undefined || !Number.isFinite(spacing) ? null : spacing;
  });
  const spaceUnits = quotedOf(fields.get('space units'));
  const axisUnits = quotedOf(fields.get('units'));
  let spatial = 0;
  const units = Array.from({ length: dimension }, (_, axis) => {
    if (directions === null) return axisUnits?.[axis] ?? null;
    return directions[axis] === null ? null : (spaceUnits?.[spatial++] ?? null);
  });
  const starts = startsOf(directions, vectorsOf(fields.get('space origin'))?.[0] ?? null);
  return { spacings, units, starts, axes: axesOf(fields, directions, dimension) };
}

/** The component of the origin along each axis; null for an oblique volume, or one that runs against space. */
function startsOf(
  directions: readonly (readonly number[] | null)[] | null,
  origin: readonly number[] | null,
): readonly number[] | null {
  if (directions === null || origin === null) return null;
  const starts = directions.map((vector) => {
    if (vector === null) return 0;
    const along = vector.findIndex((component) => component !== 0);
    const isAlongOne = vector.every((component, i) => (i === along ? component > 0 : component === 0));
    return isAlongOne ? (origin[along] ?? Number.NaN) : Number.NaN;
  });
  return starts.every(Number.isFinite) ? starts : null;
}

/** Axes that are not in space become channels or time; null where nothing tells. */
function axesOf(
  fields: ReadonlyMap<string, string>,
  directions: readonly (readonly number[] | null)[] | null,
  dimension: number,
): string | null {
  const kinds = fields.get('kinds')?.toLowerCase().split(/\s+/) ?? [];
  const letters: string[] = [];
  const space = ['x', 'y', 'z'];
  for (let axis = 0; axis < dimension; axis++) {
    const kind = kinds[axis];
    const isSpatial =
      directions === null
        ? kind === undefined || ['domain', 'space', '???', 'none'].includes(kind)
        : Array.isArray(directions[axis]);
    const letter = kind === 'time' ? 't' : isSpatial ? space.shift() : 'c';
    // A fourth spatial axis is none: what it means, the user must say.
    if (letter === undefined) return null;
    letters.push(letter);
  }
  return letters.join('');
}

/** '(1,0,0) none (0,0,1)' as vectors and nulls. */
function vectorsOf(text: string | undefined): (readonly number[] | null)[] | null {
  if (text === undefined) return null;
  return [...text.matchAll(/\(([^)]*)\)|none/g)].map((match) =>
    match[1] === undefined ? null : match[1].split(',').map(Number),
  );
}

function quotedOf(text: string | undefined): string[] | null {
  return text === undefined ? null : [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
}

function wholeNumber(text: string | undefined): number | null {
  const value = Number(text ?? 0);
  return Number.isSafeInteger(value) ? value : null;
}
