import { encodeAssignment } from '#contract/assignmentTable.ts';
import type { EngineEventOf } from '#contract/events.ts';
import type { HistoryEntry } from '#contract/routes/edits.ts';
import type { ProjectInfo } from '#contract/routes/projects.ts';
import { encodeSupervoxels } from '#contract/supervoxelBytes.ts';

/** Of the volume, and of no object. */
export const FAKE_CUTS = { cut: { threshold: 0.5, minSize: 0 }, objects: [] };

type EditKind = Extract<HistoryEntry['step'], { type: 'edit' }>['kind'];
type Segmentation = NonNullable<ProjectInfo['segmentation']>;

/** A project of 2 x 2 x 2 voxels as an engine describes it, for tests with a fake one. */
export function fakeProject(
  revision: number,
  counts: Pick<Segmentation, 'supervoxels' | 'segments' | 'edges'>,
): ProjectInfo {
  return {
    id: 'abcdefgh',
    name: 'phantom',
    directory: '/data/phantom',
    readOnly: false,
    shape: [2, 2, 2],
    voxelSizeNm: [40, 4, 4],
    source: null,
    layers: [],
    segmentation: { ...counts, threshold: 0.5, minSize: 0, beta: null },
    revision,
  };
}

/** The project of another folder, alike in all else. */
export function anotherProject(project: ProjectInfo): ProjectInfo {
  return { ...project, id: 'bcdefghi', directory: '/data/other' };
}

/** The line of an edit in the log of such a project. */
export function fakeEntry(revision: number, kind: EditKind, summary: string = kind): HistoryEntry {
  return {
    ...{ revision, step: { type: 'edit', kind, parent: revision - 1 }, summary },
    ...{ author: 'ana', createdAt: '2026-11-20T10:00:00.000Z', place: null },
  };
}

/** What an engine tells of an edit of such a project: it changes nothing that `changes` do not name. */
export function fakeEdit(
  entry: HistoryEntry,
  changes: Partial<EngineEventOf<'assignment'>> = {},
): EngineEventOf<'assignment'> {
  const { revision } = entry;
  return {
    ...{ type: 'assignment', revision, project: 'abcdefgh', projectRevision: revision, entry, head: revision },
    ...{ changed: { supervoxels: [], segments: [] }, segments: 2, traits: [], tables: false, voxels: null },
    ...{ undoTarget: revision - 1, redoTarget: null, cuts: FAKE_CUTS },
    ...changes,
  };
}

/**
 * What an engine answers about the segments of such a project.
 *
 * @param sizes voxels of supervoxels 1, 2, ...
 * @param revision asked with every question; 0 when absent
 * @param segmentOf the segment of supervoxels 1, 2, ...; each is its own when absent
 */
export function fakeSegments(
  sizes: readonly number[],
  {
    revision = () => 0,
    segmentOf = sizes.map((_, i) => i + 1),
  }: { revision?: () => number; segmentOf?: readonly number[] } = {},
) {
  return {
    assignment: () => encodeAssignment({ revision: revision(), assignment: Uint32Array.of(0, ...segmentOf) }),
    supervoxels: () =>
      encodeSupervoxels({
        count: sizes.length,
        sizes: Float64Array.from(sizes),
        boxes: new Int32Array(6 * sizes.length),
      }),
    traits: () => ({ revision: revision(), traits: [] }),
  };
}
