import { FascicleError } from '#domain/errors.ts';

/** Size and box of every supervoxel; row i describes id i + 1. Boxes are half-open, z, y, x, in voxels of the project. */
export interface SupervoxelGeometry {
  readonly count: number;
  readonly sizes: Float64Array;
  /** count x 6: min z, y, x, max z, y, x. */
  readonly boxes: Int32Array;
}

/* Layout, little-endian: 'FSV1', uint32 count, count float64 sizes, 6 * count int32 boxes. */
const MAGIC = 0x31565346;
const HEADER_BYTES = 8;
const ROW_BYTES = 32;

export function encodeSupervoxels({ count, sizes, boxes }: SupervoxelGeometry): Uint8Array<ArrayBuffer> {
  const buffer = new ArrayBuffer(HEADER_BYTES + ROW_BYTES * count);
  new Uint32Array(buffer, 0, 2).set([MAGIC, count]);
  new Float64Array(buffer, HEADER_BYTES, count).set(sizes);
  new Int32Array(buffer, HEADER_BYTES + 8 * count, 6 * count).set(boxes);
  return new Uint8Array(buffer);
}

/** @throws FascicleError 'bad-file' for bytes that are none */
export function decodeSupervoxels(bytes: Uint8Array<ArrayBuffer>): SupervoxelGeometry {
  const { buffer, byteOffset, byteLength } = bytes;
  const [magic, count] = byteLength >= HEADER_BYTES ? new Uint32Array(buffer, byteOffset, 2) : [0, 0];
  if (magic !== MAGIC || byteLength !== HEADER_BYTES + ROW_BYTES * count)
    throw new FascicleError('bad-file', 'The engine sent bytes that are no table of supervoxels.');
  return {
    count,
    sizes: new Float64Array(buffer, byteOffset + HEADER_BYTES, count),
    boxes: new Int32Array(buffer, byteOffset + HEADER_BYTES + 8 * count, 6 * count),
  };
}
