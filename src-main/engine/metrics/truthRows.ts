/** How many voxels each supervoxel shares with each object of the ground truth, sorted by supervoxel; 0 stands for no supervoxel. */
export interface TruthRows {
  readonly supervoxels: Uint32Array;
  /** Objects of the truth, numbered from 1. */
  readonly truths: Uint32Array;
  readonly voxels: Float64Array;
}

/** Where the rows of each supervoxel begin; those of supervoxel i end where those of i + 1 begin. */
export function rowStarts({ supervoxels }: TruthRows, count: number): Uint32Array {
  const starts = new Uint32Array(count + 2);
  for (const id of supervoxels) starts[id + 1]++;
  for (let id = 0; id <= count; id++) starts[id + 1] += starts[id];
  return starts;
}

/**
 * The object that each supervoxel shares most voxels with, the lowest where two are equal; 0 for a supervoxel without truth.
 *
 * @param count the highest id of a supervoxel
 */
export function majorityTruths({ supervoxels, truths, voxels }: TruthRows, count: number): Uint32Array {
  const majority = new Uint32Array(count + 1);
  const most = new Float64Array(count + 1);
  supervoxels.forEach((id, row) => {
    const isMore = voxels[row] > most[id] || (voxels[row] === most[id] && truths[row] < majority[id]);
    if (!isMore) return;
    most[id] = voxels[row];
    majority[id] = truths[row];
  });
  return majority;
}
