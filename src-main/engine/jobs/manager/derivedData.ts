import { voxelCount } from '#domain/geometry.ts';
import type { OpenProject } from '#engine/http/projectRegistry.ts';
import { buildMeshes } from '#engine/meshes/buildMeshes.ts';
import type { ProgressListener } from '#engine/segmentation/progress.ts';
import { buildCoarsePyramids } from '#engine/views/coarsePyramids.ts';
import { buildRawPyramid } from '#engine/views/rawPyramid.ts';

/** Makes what windows need beside the segmentation. Made once: a second call goes on where the first stopped, or does nothing. */
export type MakeDerivedData = (
  open: OpenProject,
  options: { signal: AbortSignal; onProgress: ProgressListener },
) => Promise<unknown>;

/** What a job makes of its project besides the segmentation; null where that is not wanted. */
export interface DerivedData {
  /** The coarser levels of the raw volume, before the work: it can be looked at meanwhile. */
  readonly readVolume: MakeDerivedData | null;
  /** The coarser levels of what the network gave, after it. */
  readonly makeCoarser: MakeDerivedData | null;
  /** The meshes of the supervoxels, after that. */
  readonly makeMeshes: MakeDerivedData | null;
}

/**
 * Voxels of the level whose meshes are made ahead, at most: about a minute on two processors. The finer ones of larger volumes are made
 * when they are first looked at.
 */
const MAX_MESHED_VOXELS = 2e8;

/** What a project needs to be looked at and proofread without waiting. */
export const DERIVED_DATA: DerivedData = {
  readVolume: ({ project }, options) => buildRawPyramid(project, options),
  makeCoarser: ({ project }, options) => buildCoarsePyramids(project, options),
  makeMeshes: async ({ project, meshes }, options) => {
    const source = await meshes.open();
    const fitting = source.levels.find(({ shape }) => voxelCount(shape) <= MAX_MESHED_VOXELS);
    const { level } = fitting ?? source.levels.at(-1)!;
    return buildMeshes(project, source, { level, ...options });
  },
};
