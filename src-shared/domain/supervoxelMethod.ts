/**
 * The ways to supervoxels, as users and model packages name them: watershed of the affinities in space; or of the boundary probability from
 * seeds far from boundaries, in each slice by itself or in space.
 */
export const SUPERVOXEL_METHODS = ['watershed', 'distance-transform-2d', 'distance-transform-3d'] as const;
export type SupervoxelMethod = (typeof SUPERVOXEL_METHODS)[number];
