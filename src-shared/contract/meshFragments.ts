/**
 * Mesh fragments on the wire and in the cache: the part of one supervoxel's surface that lies in one block of one level.
 *
 * A stream is records one after the other, all numbers little endian, every record a multiple of 8 bytes:
 *
 *   0   uint32   magic 'FMSH'
 *   4   uint16   version, 1
 *   6   uint16   flags; 1: indices are uint32, else uint16
 *   8   uint32   bytes of the record, this header included
 *   12  uint32   supervoxel
 *   16  uint32   level of the pyramid, 0 the finest
 *   20  3 uint32 block on the level's lattice of blocks, x, y, z
 *   32  uint32   vertices (V)
 *   36  uint32   triangles (T)
 *   40  3 float64 origin, x, y, z, nm
 *   64  3 float64 unit, x, y, z, nm
 *   88  uint16   positions, 3 V: a vertex lies at origin + position * unit
 *       int8     normals, 2 V, octahedral
 *       uint16 or uint32 indices, 3 T, counter-clockwise seen from outside (aligned to 4)
 *
 * Records stand for themselves, so any number of them may be cached, sent, and read while they arrive. Vertices on the
 * border of a block have the same position in the fragments on both sides.
 */
import { FascicleError } from '#domain/errors.ts';

/** x, y, z: meshes are for the renderer, unlike arrays. */
export type Xyz = readonly [x: number, y: number, z: number];

/** The part of a supervoxel's surface in one block of one level. */
export interface MeshFragment {
  readonly supervoxel: number;
  readonly level: number;
  /** Position of the block on the level's lattice. */
  readonly block: Xyz;
  /** Where position 0, 0, 0 lies, nm. */
  readonly originNm: Xyz;
  /** What one step of a position is, nm. */
  readonly unitNm: Xyz;
  /** Three per vertex. */
  readonly positions: Uint16Array;
  /** Two per vertex; `decodeNormals` makes unit vectors of them. */
  readonly normals: Int8Array;
  /** Three per triangle. */
  readonly indices: Uint16Array | Uint32Array;
}

const MESH_FRAGMENT_VERSION = 1;

const MAGIC = 0x48534d46;
const HEADER_BYTES = 88;
const WIDE_INDICES = 1;
/** A fragment is one block's part: more than this is a damaged length, not a mesh. */
const MOST_BYTES = 2 ** 30;

const aligned = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;

function layout(vertices: number, triangles: number, wide: boolean) {
  const normals = HEADER_BYTES + 6 * vertices;
  const indices = aligned(normals + 2 * vertices, 4);
  return { normals, indices, end: aligned(indices + (wide ? 12 : 6) * triangles, 8) };
}

/** The record of a fragment. */
export function encodeMeshFragment(fragment: MeshFragment): Uint8Array {
  const { positions, normals, indices } = fragment;
  const vertices = positions.length / 3;
  const triangles = indices.length / 3;
  const wide = vertices > 0x10000;
  const { normals: normalsAt, indices: indicesAt, end } = layout(vertices, triangles, wide);
  const bytes = new Uint8Array(end);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, MESH_FRAGMENT_VERSION, true);
  view.setUint16(6, wide ? WIDE_INDICES : 0, true);
  view.setUint32(8, end, true);
  view.setUint32(12, fragment.supervoxel, true);
  view.setUint32(16, fragment.level, true);
  for (let axis = 0; axis < 3; axis++) {
    view.setUint32(20 + 4 * axis, fragment.block[axis]!, true);
    view.setFloat64(40 + 8 * axis, fragment.originNm[axis]!, true);
    view.setFloat64(64 + 8 * axis, fragment.unitNm[axis]!, true);
  }
  view.setUint32(32, vertices, true);
  view.setUint32(36, triangles, true);
  putUint16(bytes, HEADER_BYTES, positions);
  bytes.set(new Uint8Array(normals.buffer, normals.byteOffset, normals.length), normalsAt);
  if (wide) putUint32(bytes, indicesAt, indices);
  else putUint16(bytes, indicesAt, indices);
  return bytes;
}

/**
 * The fragment of one complete record. Its arrays lie over `bytes` where that is possible, so these must not change.
 *
 * @throws FascicleError 'bad-file' for anything but a whole, consistent record of a known version
 */
export function decodeMeshFragment(bytes: Uint8Array): MeshFragment {
  const length = recordBytes(bytes);
  if (length === null || length !== bytes.length)
    throw damaged(`a record of ${length ?? 'unknown'} bytes in ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (view.getUint16(6, true) & WIDE_INDICES) !== 0;
  const vertices = view.getUint32(32, true);
  const triangles = view.getUint32(36, true);
  const { normals, indices: indicesAt, end } = layout(vertices, triangles, wide);
  if (end !== length) throw damaged(`${vertices} vertices and ${triangles} triangles in ${length} bytes`);
  const indices = wide ? getUint32(bytes, indicesAt, 3 * triangles) : getUint16(bytes, indicesAt, 3 * triangles);
  for (const index of indices) if (index >= vertices) throw damaged(`vertex ${index} of ${vertices}`);
  const xyz = (read: (axis: number) => number): Xyz => [read(0), read(1), read(2)];
  return {
    supervoxel: view.getUint32(12, true),
    level: view.getUint32(16, true),
    block: xyz((axis) => view.getUint32(20 + 4 * axis, true)),
    originNm: xyz((axis) => view.getFloat64(40 + 8 * axis, true)),
    unitNm: xyz((axis) => view.getFloat64(64 + 8 * axis, true)),
    positions: getUint16(bytes, HEADER_BYTES, 3 * vertices),
    normals: new Int8Array(bytes.buffer, bytes.byteOffset + normals, 2 * vertices),
    indices,
  };
}

/** Reads fragments from a stream that arrives in pieces cut anywhere. */
export interface MeshFragmentDecoder {
  /** The fragments that are complete with these bytes. Throws as `decodeMeshFragment`. */
  push(bytes: Uint8Array): MeshFragment[];
  /** Call at the end of the stream. @throws FascicleError 'bad-file' where it ends inside a record */
  finish(): void;
}

export function createMeshFragmentDecoder(): MeshFragmentDecoder {
  // Pieces of an incomplete record are joined once it is complete: joining at every piece would copy a large record many times.
  let pieces: Uint8Array[] = [];
  let held = 0;
  let wanted = HEADER_BYTES;

  function joined(): Uint8Array {
    if (pieces.length === 1) return pieces[0]!;
    const all = new Uint8Array(held);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    pieces = [all];
    return all;
  }

  return {
    push(bytes) {
      if (bytes.length === 0) return [];
      pieces.push(bytes);
      held += bytes.length;
      if (held < wanted) return [];
      const all = joined();
      const fragments: MeshFragment[] = [];
      let at = 0;
      for (;;) {
        const rest = all.subarray(at);
        const length = recordBytes(rest);
        if (length === null || rest.length < length) {
          pieces = rest.length === 0 ? [] : [rest];
          held = rest.length;
          wanted = length ?? HEADER_BYTES;
          return fragments;
        }
        fragments.push(decodeMeshFragment(rest.subarray(0, length)));
        at += length;
      }
    },
    finish() {
      if (held > 0) throw damaged(`the stream ends ${held} bytes into a record`);
    },
  };
}

/**
 * Unit normals of octahedral bytes, three floats per vertex, for voxels of any shape: they are directions in nm.
 * Inverse of the encoding of Meyer et al. (On floating-point normal vectors, EGSR 2010).
 */
export function decodeNormals(normals: Int8Array): Float32Array {
  const out = new Float32Array((normals.length / 2) * 3);
  for (let from = 0, to = 0; from < normals.length; from += 2, to += 3) {
    let x = normals[from]! / 127;
    let y = normals[from + 1]! / 127;
    const z = 1 - Math.abs(x) - Math.abs(y);
    if (z < 0) {
      const unfolded = (1 - Math.abs(y)) * (x < 0 ? -1 : 1);
      y = (1 - Math.abs(x)) * (y < 0 ? -1 : 1);
      x = unfolded;
    }
    const length = Math.hypot(x, y, z);
    out[to] = x / length;
    out[to + 1] = y / length;
    out[to + 2] = z / length;
  }
  return out;
}

/** Positions of a fragment in nm relative to `centreNm`, three floats per vertex: float32 has no room for a whole volume. */
export function decodePositions(fragment: MeshFragment, centreNm: Xyz = [0, 0, 0]): Float32Array {
  const { positions, originNm, unitNm } = fragment;
  const out = new Float32Array(positions.length);
  for (let axis = 0; axis < 3; axis++) {
    const start = originNm[axis]! - centreNm[axis]!;
    for (let i = axis; i < positions.length; i += 3) out[i] = start + positions[i]! * unitNm[axis]!;
  }
  return out;
}

/** The length of the record that begins here, or null before its header is there. */
function recordBytes(bytes: Uint8Array): number | null {
  if (bytes.length < HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw damaged('no fragment begins where one should');
  const version = view.getUint16(4, true);
  if (version !== MESH_FRAGMENT_VERSION) throw damaged(`version ${version}; accepted: ${MESH_FRAGMENT_VERSION}`);
  const length = view.getUint32(8, true);
  if (length < HEADER_BYTES || length > MOST_BYTES || length % 8 !== 0) throw damaged(`a record of ${length} bytes`);
  return length;
}

function damaged(found: string): FascicleError {
  return new FascicleError('bad-file', `Mesh fragments are damaged or of another version: found ${found}.`);
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function putUint16(bytes: Uint8Array, at: number, values: ArrayLike<number>): void {
  if (isLittleEndian) return new Uint16Array(bytes.buffer, at, values.length).set(values);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setUint16(at + 2 * i, values[i]!, true);
}

function putUint32(bytes: Uint8Array, at: number, values: ArrayLike<number>): void {
  if (isLittleEndian) return new Uint32Array(bytes.buffer, at, values.length).set(values);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setUint32(at + 4 * i, values[i]!, true);
}

function getUint16(bytes: Uint8Array, at: number, count: number): Uint16Array {
  const start = bytes.byteOffset + at;
  if (isLittleEndian && start % 2 === 0) return new Uint16Array(bytes.buffer, start, count);
  const view = new DataView(bytes.buffer, start, 2 * count);
  return Uint16Array.from({ length: count }, (_, i) => view.getUint16(2 * i, true));
}

function getUint32(bytes: Uint8Array, at: number, count: number): Uint32Array {
  const start = bytes.byteOffset + at;
  if (isLittleEndian && start % 4 === 0) return new Uint32Array(bytes.buffer, start, count);
  const view = new DataView(bytes.buffer, start, 4 * count);
  return Uint32Array.from({ length: count }, (_, i) => view.getUint32(4 * i, true));
}
