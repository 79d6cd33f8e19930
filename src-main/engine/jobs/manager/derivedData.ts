import type { Project } from '#engine/project/project.ts';
import type { ProgressListener } from '#engine/segmentation/progress.ts';

/** Makes what windows need beside the segmentation. Made once: a second call goes on where the first stopped, or does nothing. */
export type MakeDerivedData = (
  project: Project,
  options: { signal: AbortSignal; onProgress: ProgressListener },
) => Promise<void>;

/** What a job makes of its project besides the segmentation; null where the program does not make it. */
export interface DerivedData {
  /** The coarser levels of the raw volume, before the work: it can be looked at meanwhile. */
  readonly readVolume: MakeDerivedData | null;
  /** The meshes of the supervoxels, after it. */
  readonly makeMeshes: MakeDerivedData | null;
}

/** What this program makes. */
export const DERIVED_DATA: DerivedData = { readVolume: null, makeMeshes: null };
