import { FascicleError } from '#domain/errors.ts';

/** Voxel types that cross to the page. Wider sources are converted by the engine; ids are always uint32. */
export const BLOCK_TYPES = ['uint8', 'uint16', 'uint32', 'float32'] as const;
export type BlockType = (typeof BLOCK_TYPES)[number];

/** A slice (depth 1) or a block of voxels, z, y, x with x fastest; for a slice rows and columns of its plane. */
export interface VoxelBlock {
  readonly type: BlockType;
  readonly depth: number;
  readonly rows: number;
  readonly columns: number;
  readonly voxels: Uint8Array | Uint16Array | Uint32Array | Float32Array;
}

/*
 * Layout, little-endian:
 *   0  4  'FVB1'
 *   4  1  index in BLOCK_TYPES
 *   5  3  0
 *   8  4  depth   12  4  rows   16  4  columns   20  4  0
 *  24     voxels
 */
const MAGIC = 0x31425646;
const HEADER_BYTES = 24;

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array } as const;

/** The bytes of a block, header and voxels. */
export function encodeVoxelBlock({ type, depth, rows, columns, voxels }: VoxelBlock): Uint8Array<ArrayBuffer> {
  if (voxels.length !== depth * rows * columns)
    throw new FascicleError('internal', `A block of ${depth} x ${rows} x ${columns} has ${voxels.length} voxels.`);
  const bytes = new Uint8Array(HEADER_BYTES + voxels.byteLength);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint8(4, BLOCK_TYPES.indexOf(type));
  header.setUint32(8, depth, true);
  header.setUint32(12, rows, true);
  header.setUint32(16, columns, true);
  bytes.set(new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength), HEADER_BYTES);
  return bytes;
}

/**
 * The block that `encodeVoxelBlock` made; its voxels are a view of `bytes`, not a copy.
 *
 * @throws FascicleError 'bad-file' for bytes that are none
 */
export function decodeVoxelBlock(bytes: Uint8Array<ArrayBuffer>): VoxelBlock {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER_BYTES || header.getUint32(0, true) !== MAGIC)
    throw new FascicleError('bad-file', 'The engine sent bytes that are no block of voxels.');
  const type = BLOCK_TYPES[header.getUint8(4)];
  const [depth, rows, columns] = [8, 12, 16].map((offset) => header.getUint32(offset, true));
  const Voxels = ARRAYS[type];
  const length = depth * rows * columns;
  if (Voxels === undefined || bytes.byteLength !== HEADER_BYTES + length * Voxels.BYTES_PER_ELEMENT)
    throw new FascicleError('bad-file', 'The engine sent a block of voxels that is cut short.');
  return { type, depth, rows, columns, voxels: new Voxels(bytes.buffer, bytes.byteOffset + HEADER_BYTES, length) };
}
