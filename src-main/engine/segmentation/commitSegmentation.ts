import type { Zyx } from '#domain/geometry.ts';
import { runInChild } from '#engine/jobs/childJob.ts';

import type { ProgressListener, StageProgress } from './progress.ts';

/** What is written into a project when its voxels are done. Plain data. */
export interface SegmentationCommit {
  /** Path of the project's database, whose lock the sender holds. */
  readonly database: string;
  /** Where the tables lie. */
  readonly work: string;
  readonly kind: string;
  readonly parameters: object;
  /** Of the project's voxels, z, y, x. */
  readonly shape: Zyx;
  readonly settings: { readonly threshold: number | null; readonly minSize: number };
  /** What the job itself reports; the counts are added. */
  readonly report: object;
  /** The job's row that ends with it; null where its owner ends it. */
  readonly ends: number | null;
  /** How long the job took up to here. */
  readonly seconds: number;
}

/** Counts of a segmentation that is in its project. */
export interface CommittedCounts {
  readonly supervoxels: number;
  readonly edges: number;
  readonly segments: number;
  readonly seconds: number;
}

const ENTRY = new URL('./commitProcess.ts', import.meta.url);

/**
 * Takes a job's tables into its project in one transaction, in a process of its own: millions of rows take many seconds, in which
 * this process must answer its windows. Killing it leaves the project as it was.
 *
 * @throws FascicleError 'storage', 'cancelled', 'internal'
 */
export function commitSegmentation(
  commit: SegmentationCommit,
  options: { signal?: AbortSignal | undefined; onProgress?: ProgressListener | undefined },
): Promise<CommittedCounts> {
  return runInChild<SegmentationCommit, StageProgress, CommittedCounts>(ENTRY, commit, options);
}
