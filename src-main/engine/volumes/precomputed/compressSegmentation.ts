/**
 * The compressed segmentation encoding of Neuroglancer's precomputed format (public format description, "compressed_segmentation"):
 * a chunk is cut into blocks of 8 x 8 x 8 voxels; each has a table of the ids in it and, for every voxel, an index into that table of
 * 0, 1, 2, 4, 8, 16 or 32 bits. All numbers are little-endian uint32; offsets count uint32 from the start of the channel.
 *
 *   chunk     offset of each channel (one: always 1), then the channel
 *   channel   a header of 2 uint32 per block (x fastest): table offset in the low 24 bits, index bits in the high 8; offset of indices
 *   then      indices and tables in any order; equal tables of one chunk are stored once
 *
 * O(voxels), one look-up for every voxel that differs from the one before it.
 */

const EDGE = 8;
const BITS = [0, 1, 2, 4, 8, 16, 32] as const;
/** Table offsets have 24 bits. */
const MOST_WORDS = 2 ** 24;

export const COMPRESSED_BLOCK = [EDGE, EDGE, EDGE] as const;

/**
 * Encodes a chunk of one channel.
 *
 * @param voxels z, y, x with x fastest, of `shape`; edges of the chunk need not be multiples of 8
 * @returns the bytes of the chunk
 * @throws RangeError for a chunk whose tables do not fit the offsets of the format; 64 x 64 x 64 always do
 */
export function compressSegmentation(
  voxels: Uint32Array | BigUint64Array,
  [depth, rows, columns]: readonly [number, number, number],
): Uint8Array {
  const blocks = [depth, rows, columns].map((extent) => Math.ceil(extent / EDGE)) as [number, number, number];
  const count = blocks[0] * blocks[1] * blocks[2];
  const out: number[] = new Array<number>(2 * count).fill(0);
  const tables = new Map<string, number>();
  const indices = new Uint32Array(EDGE ** 3);

  let block = 0;
  for (let bz = 0; bz < blocks[0]; bz++)
    for (let by = 0; by < blocks[1]; by++)
      for (let bx = 0; bx < blocks[2]; bx++, block++) {
        const ids = new Map<number | bigint, number>();
        let last: number | bigint | null = null;
        let lastIndex = 0;
        indices.fill(0);
        for (let z = 0; z < EDGE && bz * EDGE + z < depth; z++)
          for (let y = 0; y < EDGE && by * EDGE + y < rows; y++) {
            const line = ((bz * EDGE + z) * rows + by * EDGE + y) * columns + bx * EDGE;
            const end = Math.min(EDGE, columns - bx * EDGE);
            for (let x = 0; x < end; x++) {
              const id = voxels[line + x]!;
              if (id !== last) {
                const known = ids.get(id);
                lastIndex = known ?? ids.size;
                if (known === undefined) ids.set(id, lastIndex);
                last = id;
              }
              indices[(z * EDGE + y) * EDGE + x] = lastIndex;
            }
          }
        const bits = BITS.find((candidate) => ids.size <= 2 ** candidate)!;
        const valuesAt = out.length;
        pack(indices, bits, out);
        const key = [...ids.keys()].join();
        let tableAt = tables.get(key);
        if (tableAt === undefined) {
          tableAt = out.length;
          tables.set(key, tableAt);
          for (const id of ids.keys()) {
            if (typeof id === 'number') out.push(id);
            else out.push(Number(id & 0xffffffffn), Number(id >> 32n));
          }
        }
        if (tableAt >= MOST_WORDS) throw new RangeError('The chunk has more ids than the encoding has room for.');
        out[2 * block] = (tableAt | (bits << 24)) >>> 0;
        out[2 * block + 1] = valuesAt;
      }
  const bytes = new Uint8Array(4 * (out.length + 1));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 1, true);
  for (let i = 0; i < out.length; i++) view.setUint32(4 * (i + 1), out[i]!, true);
  return bytes;
}

function pack(indices: Uint32Array, bits: number, out: number[]): void {
  if (bits === 0) return;
  const perWord = 32 / bits;
  for (let i = 0; i < indices.length; i += perWord) {
    let word = 0;
    for (let j = 0; j < perWord; j++) word |= indices[i + j]! << (j * bits);
    out.push(word >>> 0);
  }
}
