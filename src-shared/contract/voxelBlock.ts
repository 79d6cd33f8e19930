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

/** How voxels cross to the page: as they are, or as runs of one value where these are fewer bytes; only ids are ever sent as runs. */
export const PACKINGS = ['none', 'runs'] as const;
export type Packing = (typeof PACKINGS)[number];

/*
 * Layout, little-endian:
 *   0  4  'FVB1'
 *   4  1  index in BLOCK_TYPES
 *   5  1  index in PACKINGS
 *   6  2  0
 *   8  4  depth   12  4  rows   16  4  columns   20  4  0
 *  24     voxels; or runs of equal ids in the order of the voxels, each as the id and how often it comes, 4 bytes for both
 */
const MAGIC = 0x31425646;
const HEADER_BYTES = 24;

interface VoxelsOn {
  new (memory: ArrayBufferLike, byteOffset: number, length: number): VoxelBlock['voxels'];
  readonly BYTES_PER_ELEMENT: number;
}
const ARRAYS: Readonly<Record<BlockType, VoxelsOn>> = {
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float32: Float32Array,
};

/**
 * The bytes of a block, header and voxels.
 *
 * @param packing what the reader understands; runs are taken where they are smaller
 */
export function encodeVoxelBlock(
  { type, depth, rows, columns, voxels }: VoxelBlock,
  packing: Packing = 'none',
): Uint8Array<ArrayBuffer> {
  if (voxels.length !== depth * rows * columns)
    throw new FascicleError('internal', `A block of ${depth} x ${rows} x ${columns} has ${voxels.length} voxels.`);
  const runs = packing === 'runs' && voxels instanceof Uint32Array ? runsOf(voxels) : null;
  const content = runs ?? voxels;
  const bytes = new Uint8Array(HEADER_BYTES + content.byteLength);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint8(4, BLOCK_TYPES.indexOf(type));
  header.setUint8(5, PACKINGS.indexOf(runs === null ? 'none' : 'runs'));
  header.setUint32(8, depth, true);
  header.setUint32(12, rows, true);
  header.setUint32(16, columns, true);
  bytes.set(new Uint8Array(content.buffer, content.byteOffset, content.byteLength), HEADER_BYTES);
  return bytes;
}

/**
 * The block that `encodeVoxelBlock` made.
 *
 * @param allocate memory for the voxels; where absent they are a view of `bytes` where that holds them as they are
 * @throws FascicleError 'bad-file' for bytes that are none
 */
export function decodeVoxelBlock(
  bytes: Uint8Array<ArrayBuffer>,
  allocate?: (byteLength: number) => ArrayBufferLike,
): VoxelBlock {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER_BYTES || header.getUint32(0, true) !== MAGIC)
    throw new FascicleError('bad-file', 'The engine sent bytes that are no block of voxels.');
  const type = BLOCK_TYPES[header.getUint8(4)];
  const packing = PACKINGS[header.getUint8(5)];
  const [depth, rows, columns] = [8, 12, 16].map((offset) => header.getUint32(offset, true));
  const Voxels = ARRAYS[type];
  const length = depth * rows * columns;
  const contentBytes = bytes.byteLength - HEADER_BYTES;
  const isWhole =
    packing === 'runs'
      ? type === 'uint32' && contentBytes % RUN_BYTES === 0
      : packing === 'none' && Voxels !== undefined && contentBytes === length * Voxels.BYTES_PER_ELEMENT;
  if (!isWhole) throw cutShort();
  const at = bytes.byteOffset + HEADER_BYTES;
  if (packing === 'none' && allocate === undefined)
    return { type, depth, rows, columns, voxels: new Voxels(bytes.buffer, at, length) };
  const byteLength = length * Voxels.BYTES_PER_ELEMENT;
  const voxels = new Voxels(allocate?.(byteLength) ?? new ArrayBuffer(byteLength), 0, length);
  if (packing === 'none') voxels.set(new Voxels(bytes.buffer, at, length));
  else fillRuns(voxels, new Uint32Array(bytes.buffer, at, contentBytes / 4));
  return { type, depth, rows, columns, voxels };
}

const RUN_BYTES = 8;

/** The runs of equal voxels; null where they are no fewer bytes. */
function runsOf(voxels: Uint32Array): Uint32Array | null {
  let count = 0;
  for (let i = 0; i < voxels.length; i++) if (i === 0 || voxels[i] !== voxels[i - 1]) count++;
  if (count * RUN_BYTES >= voxels.byteLength) return null;
  const runs = new Uint32Array(2 * count);
  let at = -2;
  for (let i = 0; i < voxels.length; i++) {
    if (i === 0 || voxels[i] !== voxels[i - 1]) runs[(at += 2)] = voxels[i];
    runs[at + 1]++;
  }
  return runs;
}

function fillRuns(voxels: VoxelBlock['voxels'], runs: Uint32Array): void {
  let end = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const from = end;
    end += runs[i + 1];
    if (end > voxels.length) throw cutShort();
    voxels.fill(runs[i], from, end);
  }
  if (end !== voxels.length) throw cutShort();
}

function cutShort(): FascicleError {
  return new FascicleError('bad-file', 'The engine sent a block of voxels that is cut short.');
}
