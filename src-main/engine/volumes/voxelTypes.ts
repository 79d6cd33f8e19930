import { FascicleError } from '#domain/errors.ts';

import type { VoxelArray, VoxelArrays, VoxelType } from './volume.ts';

type ArrayConstructor<T extends VoxelArray> = {
  new (length: number): T;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
};

const CONSTRUCTORS: { readonly [T in VoxelType]: ArrayConstructor<VoxelArrays[T]> } = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** Every voxel type, in the order in which messages list them. */
export const VOXEL_TYPES = Object.keys(CONSTRUCTORS) as readonly VoxelType[];

/** True where `name` is a voxel type. */
export function isVoxelType(name: string): name is VoxelType {
  return Object.hasOwn(CONSTRUCTORS, name);
}

/** Bytes of one voxel. */
export function bytesPerVoxel(type: VoxelType): number {
  return CONSTRUCTORS[type].BYTES_PER_ELEMENT;
}

/** A zeroed array of `length` voxels. */
export function allocateVoxels<T extends VoxelType>(type: T, length: number): VoxelArrays[T] {
  return new CONSTRUCTORS[type](length);
}

/** The voxels that little-endian `bytes` hold; shares their memory where it is aligned, copies where it is not. */
export function voxelsFromBytes<T extends VoxelType>(type: T, bytes: Uint8Array): VoxelArrays[T] {
  const size = bytesPerVoxel(type);
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return new CONSTRUCTORS[type](aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / size));
}

/** The bytes of `voxels`, sharing their memory. */
export function bytesOfVoxels(voxels: VoxelArray): Uint8Array {
  return new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength);
}

/** The name of the type of `voxels`. */
export function voxelTypeOf(voxels: VoxelArray): VoxelType {
  const type = VOXEL_TYPES.find((name) => voxels.constructor === CONSTRUCTORS[name]);
  if (type === undefined)
    throw new FascicleError('bad-request', `Voxels must be a typed array, not ${voxels.constructor.name}.`);
  return type;
}

/** Reverses the bytes of every voxel in place; between big-endian files and little-endian memory. */
export function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
  return bytes;
}
