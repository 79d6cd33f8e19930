import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';

import { FascicleError } from '#domain/errors.ts';
import { writeFileDurably } from '#engine/jobs/markers.ts';

/**
 * Files of the work folder: named typed arrays, written whole and durably, compressed, with a checksum.
 *
 * Layout after decompression: uint32 magic, uint32 length of the header, the header (JSON: name, type and length of each array),
 * then the arrays, each at a multiple of 8 bytes, little endian.
 */

const TYPES = { Uint8Array, Uint16Array, Int32Array, Uint32Array, BigUint64Array, Float32Array, Float64Array } as const;

type TypeName = keyof typeof TYPES;
export type FileArray =
  Uint8Array | Uint16Array | Int32Array | Uint32Array | BigUint64Array | Float32Array | Float64Array;

const MAGIC = 0x41534146;
const ALIGNMENT = 8;
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Writes named arrays; the file appears whole or not at all. */
export async function writeArrayFile(path: string, arrays: Readonly<Record<string, FileArray>>): Promise<void> {
  const entries = Object.entries(arrays);
  const header = new TextEncoder().encode(
    JSON.stringify(entries.map(([name, array]) => ({ name, type: array.constructor.name, length: array.length }))),
  );
  let offset = align(8 + header.length);
  const offsets = entries.map(([, array]) => {
    const at = offset;
    offset = align(offset + array.byteLength);
    return at;
  });
  const bytes = new Uint8Array(offset);
  new Uint32Array(bytes.buffer, 0, 2).set([MAGIC, header.length]);
  bytes.set(header, 8);
  entries.forEach(([, array], i) =>
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offsets[i]),
  );
  const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };
  await writeFileDurably(path, await compress(bytes, { params }));
}

/**
 * Reads what `writeArrayFile` wrote.
 *
 * @throws FascicleError 'bad-file' for anything that is not whole and unchanged
 */
export async function readArrayFile<Arrays extends Record<string, FileArray>>(path: string): Promise<Arrays> {
  try {
    const packed = await decompress(await readFile(path));
    const bytes = packed.byteOffset % ALIGNMENT === 0 ? packed : Uint8Array.from(packed);
    const [magic, headerLength] = new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
    if (magic !== MAGIC) throw new Error('it does not begin as it should');
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
    let offset = align(8 + headerLength);
    const arrays: Record<string, FileArray> = {};
    for (const { name, type, length } of header as { name: string; type: TypeName; length: number }[]) {
      const array = new TYPES[type](bytes.buffer as ArrayBuffer, bytes.byteOffset + offset, length);
      arrays[name] = array;
      offset = align(offset + array.byteLength);
    }
    return arrays as Arrays;
  } catch (error) {
    throw new FascicleError(
      'bad-file',
      `The work file ${path} cannot be read (${(error as Error).message}). Delete the project's work folder and run again.`,
      { cause: error },
    );
  }
}

const align = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
