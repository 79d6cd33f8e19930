import type { SupervoxelMethod } from '#domain/supervoxelMethod.ts';
import type { SegmentationRequest } from '#engine/segmentation/request.ts';
import type { VolumeInfo } from '#volumes/volume.ts';
import { bytesPerVoxel } from '#volumes/voxelTypes.ts';

/**
 * Bytes on disk for each voxel of a project, measured on segmented electron microscopy (the sample, and AC4 at 6 nm): what noise of the
 * image leaves to compress varies by some ten percent.
 */
const AFFINITIES = 1.9;
const FOREGROUND = 0.6;
/** Supervoxels, and in the database their table, edges and merge steps: of slices they are many and of simple outline. */
const SUPERVOXELS: Readonly<Record<SupervoxelMethod, number>> = {
  watershed: 0.25 + 0.25,
  'distance-transform-2d': 0.1 + 0.2,
  'distance-transform-3d': 0.13 + 0.1,
};
const MESHES = 0.6;
/** Of affinities and foreground: their coarser levels, for voxels five times as deep as wide; a sixth for cubic ones. */
const COARSER = 0.4;
/** Of the raw voxels: the copy at full resolution compresses little, its coarser levels add a seventh. */
const PYRAMID = 1.0;

/**
 * Bytes for each voxel of what a request makes.
 *
 * @param main the volume whose voxels are counted
 * @param supervoxels how they are made; of imported labels as of the usual
 */
export function bytesPerVoxelOf(
  { raw, method }: SegmentationRequest,
  main: Pick<VolumeInfo, 'type'>,
  supervoxels: SupervoxelMethod,
): number {
  const pyramid = raw === null ? 0 : PYRAMID * (method.kind === 'network' ? bytesPerVoxel(main.type) : 1);
  const network = method.kind === 'network' ? AFFINITIES + FOREGROUND : 0;
  const coarser = COARSER * (method.kind === 'affinities' ? AFFINITIES : network);
  return pyramid + network + coarser + SUPERVOXELS[supervoxels] + MESHES;
}
