import type { ProjectInfo } from '#contract/routes/projects.ts';

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
