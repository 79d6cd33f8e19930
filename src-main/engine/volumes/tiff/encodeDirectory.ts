/** One tag to be written. Offsets have 32 bits in classic TIFF and 64 in BigTIFF; rationals are given as their value. */
export type TiffField =
  | {
      readonly tag: number;
      readonly type: 'short' | 'long' | 'offset' | 'rational';
      readonly values: readonly number[];
    }
  | { readonly tag: number; readonly type: 'ascii'; readonly values: string };

export interface EncodedDirectory {
  readonly bytes: Uint8Array;
  /** Where in `bytes` the offset of the next directory stands. */
  readonly linkOffset: number;
  /** The bytes of an offset, to be written where the directory before ends. */
  pointerTo(offset: number): Uint8Array;
}

/** The start of a little-endian file; the offset of the first directory follows at `linkOffset`. */
export function headerOf(isBigTiff: boolean): { bytes: Uint8Array; linkOffset: number } {
  return isBigTiff
    ? { bytes: Uint8Array.of(0x49, 0x49, 43, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), linkOffset: 8 }
    : { bytes: Uint8Array.of(0x49, 0x49, 42, 0, 0, 0, 0, 0), linkOffset: 4 };
}

/** Encodes a directory that will lie at `position`, with the values that do not fit into it behind it. */
export function encodeDirectory(fields: readonly TiffField[], position: number, isBigTiff: boolean): EncodedDirectory {
  const [countBytes, entryBytes, offsetBytes] = isBigTiff ? [8, 20, 8] : [2, 12, 4];
  const sorted = fields.toSorted((a, b) => a.tag - b.tag);
  const linkOffset = countBytes + sorted.length * entryBytes;
  const encoded = sorted.map((field) => encodeValues(field, isBigTiff));
  const outside = encoded.filter(({ bytes }) => bytes.byteLength > offsetBytes);
  const length = outside.reduce((sum, { bytes }) => sum + evenLength(bytes), linkOffset + offsetBytes);
  const out = Buffer.alloc(length);
  const writeOffset = (value: number, at: number): void => {
    if (isBigTiff) out.writeBigUInt64LE(BigInt(value), at);
    else out.writeUInt32LE(value, at);
  };
  if (isBigTiff) out.writeBigUInt64LE(BigInt(sorted.length), 0);
  else out.writeUInt16LE(sorted.length, 0);
  let free = linkOffset + offsetBytes;
  for (const [index, { bytes, fieldType, count }] of encoded.entries()) {
    const at = countBytes + index * entryBytes;
    out.writeUInt16LE(sorted[index]!.tag, at);
    out.writeUInt16LE(fieldType, at + 2);
    writeOffset(count, at + 4);
    const valueAt = at + 4 + offsetBytes;
    if (bytes.byteLength <= offsetBytes) {
      bytes.copy(out, valueAt);
    } else {
      writeOffset(position + free, valueAt);
      bytes.copy(out, free);
      free += evenLength(bytes);
    }
  }
  return {
    bytes: out,
    linkOffset,
    pointerTo(offset) {
      const pointer = Buffer.alloc(offsetBytes);
      if (isBigTiff) pointer.writeBigUInt64LE(BigInt(offset));
      else pointer.writeUInt32LE(offset);
      return pointer;
    },
  };
}

function evenLength(bytes: Uint8Array): number {
  return bytes.byteLength + (bytes.byteLength % 2);
}

function encodeValues(field: TiffField, isBigTiff: boolean): { bytes: Buffer; fieldType: number; count: number } {
  if (field.type === 'ascii') {
    const bytes = Buffer.from(`${field.values}\0`, 'utf8');
    return { bytes, fieldType: 2, count: bytes.byteLength };
  }
  const { values } = field;
  const write = (size: number, put: (bytes: Buffer, value: number, at: number) => void): Buffer => {
    const bytes = Buffer.alloc(values.length * size);
    values.forEach((value, index) => put(bytes, value, index * size));
    return bytes;
  };
  const count = values.length;
  switch (field.type) {
    case 'short':
      return { bytes: write(2, (bytes, value, at) => bytes.writeUInt16LE(value, at)), fieldType: 3, count };
    case 'rational':
      return { bytes: write(8, writeRational), fieldType: 5, count };
    case 'offset':
      if (isBigTiff)
        return {
          bytes: write(8, (bytes, value, at) => bytes.writeBigUInt64LE(BigInt(value), at)),
          fieldType: 16,
          count,
        };
      return { bytes: write(4, (bytes, value, at) => bytes.writeUInt32LE(value, at)), fieldType: 4, count };
    case 'long':
      return { bytes: write(4, (bytes, value, at) => bytes.writeUInt32LE(value, at)), fieldType: 4, count };
  }
}

/**
 * A positive number as a fraction of two 32-bit integers. A power of ten above and the inverse below keeps decimal voxel
 * sizes exact: 6 nm per pixel becomes 100000000 / 600000000.
 */
function writeRational(bytes: Buffer, value: number, at: number): void {
  const inverse = 1 / value;
  const numerator = 10 ** Math.max(0, Math.floor(Math.log10(0xffff_ffff / Math.max(1, inverse))));
  bytes.writeUInt32LE(numerator, at);
  bytes.writeUInt32LE(Math.min(0xffff_ffff, Math.max(1, Math.round(inverse * numerator))), at + 4);
}
