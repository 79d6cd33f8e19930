import { encodeAssignment } from '#contract/assignmentTable.ts';
import type { ProjectInfo } from '#contract/routes/projects.ts';
import { encodeSupervoxels } from '#contract/supervoxelBytes.ts';

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
