import { basename } from 'node:path';

import type { ProjectInfo, RecentProject } from '#contract/routes/projects.ts';
import type { RememberedProject } from '#engine/user/recentProjects.ts';

import type { ProjectStatus } from './projectStatus.ts';

/** What is kept of a project when it is not open. */
export function remembered(info: ProjectInfo, openedAt: string): RememberedProject {
  return {
    id: info.id,
    directory: info.directory,
    openedAt,
    source: info.source?.path ?? null,
    shape: info.shape,
    voxelSizeNm: info.voxelSizeNm,
    // The first entry of the log is the threshold that the segmentation came with.
    edits: Math.max(0, info.revision - 1),
    segments: info.segmentation?.segments ?? null,
  };
}

/** A remembered project as the start screen lists it. */
export function recentProject(
  { id, directory, openedAt, shape, voxelSizeNm, edits, segments }: RememberedProject,
  now: ProjectStatus & Pick<RecentProject, 'hasThumbnail'>,
): RecentProject {
  const name = basename(directory);
  return { id, name, directory, openedAt, shape, voxelSizeNm, edits, segments, reviewed: null, ...now };
}

/** How an open project stands that no job works on. */
export function statusOfOpen({ segments }: RememberedProject): ProjectStatus {
  return { status: segments === null ? 'not-segmented' : 'ready', note: null, unfinishedJob: null };
}
