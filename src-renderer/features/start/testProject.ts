import type { RecentProject } from '#contract/routes/projects.ts';

/** A recent project for specs, with what the spec is about named in `changes`. */
export function makeRecentProject(changes: Partial<RecentProject> = {}): RecentProject {
  return {
    id: 'aaaaaaaa',
    name: 'ac4-proofread',
    directory: '/home/me/Fascicle/ac4-proofread',
    openedAt: '2026-11-12T14:06:00.000Z',
    shape: [80, 1024, 1024],
    voxelSizeNm: [30, 6, 6],
    edits: 412,
    segments: 362,
    reviewed: null,
    hasThumbnail: false,
    status: 'ready',
    note: null,
    unfinishedJob: null,
    ...changes,
  };
}
