import { promisify } from 'node:util';
import { inflate, zstdDecompress, type ZlibOptions } from 'node:zlib';

import { swapBytes } from '../voxelTypes.ts';
import { decodeLzw } from './lzw.ts';

/** What is needed to decode one strip or tile. */
export interface BlockLayout {
  readonly compression: number;
  /** 1 none, 2 differences of neighbours, 3 differences of the bytes of floats. */
  readonly predictor: number;
  readonly bytesPerSample: number;
  readonly littleEndian: boolean;
}

/** Names of the compressions that are read, by number. */
export const COMPRESSIONS: ReadonlyMap<number, string> = new Map([
  [1, 'none'],
  [5, 'lzw'],
  [8, 'deflate'],
  [32946, 'deflate'],
  [32773, 'packbits'],
  [50000, 'zstd'],
]);

const FLOAT_PREDICTOR = 3;

type Decompress = (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>;
const inflateBytes = promisify(inflate) as Decompress;
const zstdBytes = promisify(zstdDecompress) as Decompress;

/**
 * Decodes a strip or tile to dense little-endian samples, row by row.
 * @param rows rows and `columns` of the block, padding of tiles included
 * @throws Error with the reason where the bytes are damaged
 */
export async function decodeBlock(
  bytes: Uint8Array,
  layout: BlockLayout,
  rows: number,
  columns: number,
): Promise<Uint8Array> {
  const { bytesPerSample, predictor, littleEndian } = layout;
  const length = rows * columns * bytesPerSample;
  const unpacked = await unpack(bytes, layout.compression, length);
  if (unpacked.byteLength < length) throw new Error(`it holds ${unpacked.byteLength} of ${length} bytes`);
  // A copy of its own: what follows works in place and needs aligned memory.
  const samples = Uint8Array.from(unpacked.subarray(0, length));
  if (predictor === FLOAT_PREDICTOR) return undoFloatPredictor(samples, columns, bytesPerSample);
  if (!littleEndian) swapBytes(samples, bytesPerSample);
  if (predictor === 2) undoDifferences(samples, columns, bytesPerSample);
  return samples;
}

async function unpack(bytes: Uint8Array, compression: number, length: number): Promise<Uint8Array> {
  const options: ZlibOptions = { chunkSize: Math.max(64, length), maxOutputLength: length + 64 };
  switch (COMPRESSIONS.get(compression)) {
    case 'lzw':
      return decodeLzw(bytes, length);
    case 'deflate':
      return inflateBytes(bytes, options);
    case 'zstd':
      return zstdBytes(bytes, options);
    case 'packbits':
      return decodePackBits(bytes, length);
    default:
      return bytes;
  }
}

/** Unpacks runs (TIFF 6.0, section 9): n >= 0 copies n + 1 bytes, n < 0 repeats the next byte 1 - n times. */
function decodePackBits(bytes: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let written = 0;
  for (let position = 0; position < bytes.byteLength && written < length;) {
    const control = (bytes[position++]! << 24) >> 24;
    if (control >= 0) {
      const literal = bytes.subarray(position, position + Math.min(control + 1, length - written));
      out.set(literal, written);
      written += literal.byteLength;
      position += control + 1;
    } else if (control !== -128) {
      const end = Math.min(length, written + 1 - control);
      out.fill(bytes[position++] ?? 0, written, end);
      written = end;
    }
  }
  return out.subarray(0, written);
}

function undoDifferences(bytes: Uint8Array<ArrayBuffer>, columns: number, size: number): void {
  const count = bytes.byteLength / size;
  if (size === 8) {
    const wide = new BigUint64Array(bytes.buffer, 0, count);
    for (let i = 0; i < count; i++) if (i % columns !== 0) wide[i]! += wide[i - 1]!;
    return;
  }
  const Samples = size === 1 ? Uint8Array : size === 2 ? Uint16Array : Uint32Array;
  const samples = new Samples(bytes.buffer, 0, count);
  // The arrays wrap round, which is what the differences rely on.
  for (let i = 0; i < count; i++) if (i % columns !== 0) samples[i]! += samples[i - 1]!;
}

/** Undoes the predictor of floats (Adobe Photoshop TIFF Technical Note 3): bytes of a row by significance, differenced. */
function undoFloatPredictor(bytes: Uint8Array, columns: number, size: number): Uint8Array {
  const rowBytes = columns * size;
  const out = new Uint8Array(bytes.byteLength);
  for (let row = 0; row < bytes.byteLength; row += rowBytes) {
    for (let i = 1; i < rowBytes; i++) bytes[row + i]! += bytes[row + i - 1]!;
    for (let x = 0; x < columns; x++)
      for (let b = 0; b < size; b++) out[row + x * size + b] = bytes[row + (size - 1 - b) * columns + x]!;
  }
  return out;
}
