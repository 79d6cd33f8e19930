import type { VoxelSizeNm } from '#domain/geometry.ts';
import type { EdgeTable, MergeSteps } from '#domain/tables.ts';
import { NativeLiveSegmentation } from '#native/liveSegmentation.ts';

const EDITS = 1000;
const VOXEL_SIZE_NM: VoxelSizeNm = [10, 10, 10];

/** A live segmentation of tables without places, which edits of the graph do not need. */
export function openForBench(
  edges: EdgeTable,
  steps: MergeSteps,
  sizes: Float64Array,
): Promise<NativeLiveSegmentation> {
  const count = sizes.length;
  return NativeLiveSegmentation.open({
    supervoxels: {
      sizes,
      boxMin: new Int32Array(3 * count),
      boxMax: new Int32Array(3 * count),
      centroids: new Float64Array(3 * count),
    },
    edges,
    steps,
    voxelSizeNm: VOXEL_SIZE_NM,
    cut: { threshold: 0.5, minSize: 0 },
  });
}

/** Links the ends of edges from all over the volume, apart where they are one segment, together where not. Returns how many. */
export function editForBench(live: NativeLiveSegmentation, { u, v }: EdgeTable): number {
  const every = Math.max(1, Math.floor(u.length / EDITS));
  const assignment = live.assignment();
  let edits = 0;
  for (let edge = 0; edge < u.length; edge += every) {
    const pair = Uint32Array.of(u[edge], v[edge]);
    const isOne = assignment[u[edge]] === assignment[v[edge]];
    live.apply(live.apply(isOne ? { addCannot: pair } : { addMust: pair }).inverse);
    edits += 2;
  }
  return edits;
}
