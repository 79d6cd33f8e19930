import { FascicleError } from '#domain/errors.ts';

/**
 * Reader of the NumPy file format, versions 1 to 3 (NumPy enhancement proposal 1), for the test tensors of a package:
 * C order, little endian, plain numbers.
 */

/** A dense array in C order (last axis fastest). */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data:
    Float32Array | Float64Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Uint32Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const TYPES = {
  '|u1': Uint8Array,
  '|i1': Int8Array,
  '<u2': Uint16Array,
  '<i2': Int16Array,
  '<u4': Uint32Array,
  '<i4': Int32Array,
  '<f4': Float32Array,
  '<f8': Float64Array,
} as const;

/**
 * Parses the bytes of a `.npy` file.
 *
 * @param name how messages call the file
 * @throws 'bad-file' where the bytes are no `.npy` file, are truncated, or hold another type or order
 */
export function parseNpy(bytes: Uint8Array, name: string): NpyArray {
  const bad = (what: string) => new FascicleError('bad-file', `${name} is not a readable NumPy file: ${what}.`);
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) throw bad('it does not start with \\x93NUMPY');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const longHeader = bytes[6] >= 2;
  const headerStart = longHeader ? 12 : 10;
  const dataStart = headerStart + (longHeader ? view.getUint32(8, true) : view.getUint16(8, true));
  if (dataStart > bytes.length) throw bad('it ends inside the header');
  const header = new TextDecoder('utf-8').decode(bytes.subarray(headerStart, dataStart));

  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || shapeText === undefined) throw bad('the header lacks a field');
  if (order === 'True') throw bad('arrays in Fortran order are not supported; save it with numpy.ascontiguousarray');
  const ArrayType = TYPES[descr as keyof typeof TYPES];
  if (ArrayType === undefined)
    throw bad(`its type ${descr} is not supported; accepted are ${Object.keys(TYPES).join(', ')}`);

  const shape = shapeText
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, length) => product * length, 1);
  if (bytes.length - dataStart !== count * ArrayType.BYTES_PER_ELEMENT)
    throw bad(
      `shape (${shape.join(', ')}) needs ${count * ArrayType.BYTES_PER_ELEMENT} bytes, ${bytes.length - dataStart} follow the header`,
    );
  return { shape, data: new ArrayType(new Uint8Array(bytes.subarray(dataStart)).buffer) };
}
