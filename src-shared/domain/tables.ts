/**
 * The tables that describe a segmentation, as structures of arrays. Supervoxel ids are dense uint32: 1..count, 0 = none.
 */

/** One row per supervoxel; row i describes id i + 1. Boxes are half-open, z, y, x, in voxels. */
export interface SupervoxelTable {
  readonly count: number;
  /** Voxels of each supervoxel. */
  readonly sizes: Float64Array;
  /** count x 3, z, y, x. */
  readonly boxMin: Int32Array;
  /** count x 3, z, y, x. */
  readonly boxMax: Int32Array;
  /** count x 3, z, y, x: the mean position of the voxels. */
  readonly centroids: Float64Array;
  /** The ids of an imported label volume, which get out unharmed on export; null for ids made here. */
  readonly originalIds: BigUint64Array | null;
}

/** The region graph: one row per pair of touching supervoxels, u < v, sorted by (u, v). */
export interface EdgeTable {
  /** The integer that stands for affinity 1: 255 for uint8 affinities, 2^24 for float32. */
  readonly affinityUnit: number;
  readonly u: Uint32Array;
  readonly v: Uint32Array;
  /** Sum of the affinities of all contacts, in units of 1 / `affinityUnit`. */
  readonly affinitySum: BigUint64Array;
  /** Number of voxel pairs that touch. */
  readonly contactArea: Uint32Array;
  /** The strongest contact, in units of 1 / `affinityUnit`. */
  readonly affinityMax: Uint32Array;
  /** The voxel that owns the strongest contact, as its index in the volume (x fastest). */
  readonly contactVoxel: BigUint64Array;
}

/** The merges of one full agglomeration, strongest first; `u` and `v` are supervoxels on the two sides. */
export interface MergeSteps {
  readonly u: Uint32Array;
  readonly v: Uint32Array;
  /** 0..1, never rising. */
  readonly score: Float64Array;
}
