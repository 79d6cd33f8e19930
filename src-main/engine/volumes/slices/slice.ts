import type { VoxelArray, VoxelType } from '../volume.ts';

/** What all slices of a volume share. */
export interface SliceFacts {
  readonly width: number;
  readonly height: number;
  readonly type: VoxelType;
}

/** The voxels of one slice, x fastest. */
export interface SliceImage {
  readonly width: number;
  readonly height: number;
  readonly voxels: VoxelArray;
}
