import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';

/** Typed arrays by the name of their voxel type; 64-bit integers stay 64-bit. */
export interface VoxelArrays {
  uint8: Uint8Array;
  int8: Int8Array;
  uint16: Uint16Array;
  int16: Int16Array;
  uint32: Uint32Array;
  int32: Int32Array;
  uint64: BigUint64Array;
  int64: BigInt64Array;
  float32: Float32Array;
  float64: Float64Array;
}

export type VoxelType = keyof VoxelArrays;
export type VoxelArray = VoxelArrays[VoxelType];

/** What a volume is wanted for; it decides which dataset of several is meant. */
export type VolumeRole = 'image' | 'labels' | 'affinities';

/** How a volume is opened where the file leaves a choice or says nothing. */
export interface OpenOptions {
  /** The dataset, array or level inside the file; what stands after ':' in the path comes first. */
  readonly dataset?: string | null;
  /** The stored axes, slowest first ('zyx', 'xyz', 'czyx'), instead of those that the file states. */
  readonly axes?: string | null;
  /** z, y, x in nanometres, instead of what the file states. */
  readonly voxelSizeNm?: VoxelSizeNm | null;
  /** Decides between datasets with well-known names; 'image' when absent. */
  readonly role?: VolumeRole;
}

/** What a readable volume is, before a voxel of it is read. */
export interface VolumeInfo {
  /** What the user named: a path, with the dataset after ':' where the format holds several. */
  readonly source: string;
  /** 'hdf5', 'zarr2', 'zarr3', 'ome-zarr', 'tiff', 'slices', 'nrrd'. */
  readonly format: string;
  /** The dataset inside the file, null where the format holds one. */
  readonly dataset: string | null;
  /** z, y, x. A 2D image has z = 1. */
  readonly shape: Zyx;
  /** 1 for a plain volume; the length of the channel axis where there is one. */
  readonly channels: number;
  readonly type: VoxelType;
  /** z, y, x in nanometres; null where the file does not say. */
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** Where voxel 0 lies, z, y, x in nanometres; absent where the file does not say. */
  readonly startNm?: Zyx;
  /** The axes as the file stores them, slowest first: 'zyx', 'czyx', 'xyz', ... */
  readonly storedAxes: string;
  /** The shape of the unit of storage, z, y, x: blocks of a multiple of it are read without waste. */
  readonly chunkShape: Zyx;
}

/** An open volume that is read block by block. Readers never hold more than a few chunks. */
export interface VolumeReader {
  readonly info: VolumeInfo;
  /**
   * The voxels of `box` (inside the volume, else a 'bad-request' error), z, y, x with x fastest, one channel.
   * @param channel 0 <= channel < info.channels; 0 when absent
   */
  read(box: Box, options?: { channel?: number; signal?: AbortSignal | undefined }): Promise<VoxelArray>;
  close(): Promise<void>;
}

/** A volume being written block by block. Nothing is visible under the final name before `finish`. */
export interface VolumeWriter {
  /** The unit of storage, z, y, x: boxes that start and end on multiples of it, or at the edge, are always accepted. */
  readonly chunkShape: Zyx;
  /** Writes `voxels` (z, y, x, x fastest) at `box`. Formats that are written slice by slice need boxes in z order. */
  write(box: Box, voxels: VoxelArray, options?: { channel?: number }): Promise<void>;
  /** Completes the file and moves it to its final name. */
  finish(): Promise<void>;
  /** Removes everything that was written. Safe to call after a failure. */
  discard(): Promise<void>;
}
