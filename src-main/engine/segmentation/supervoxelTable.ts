import type { SupervoxelTable } from '#domain/tables.ts';

/**
 * Adds up the statistics of labels that were counted in parts into one row per supervoxel. All sums are integers below 2^53,
 * so the order of the parts does not matter.
 */
export class SupervoxelTableBuilder {
  readonly #sizes: Float64Array;
  readonly #boxMin: Int32Array;
  readonly #boxMax: Int32Array;
  readonly #sums: Float64Array;

  constructor(count: number) {
    this.#sizes = new Float64Array(count);
    this.#boxMin = new Int32Array(3 * count).fill(2 ** 31 - 1);
    this.#boxMax = new Int32Array(3 * count);
    this.#sums = new Float64Array(3 * count);
  }

  /**
   * Adds a part.
   *
   * @param table supervoxel of each label of the part, 0 = none
   * @param sizes voxels of each label
   * @param boxes six per label, as `LabelStatistics` has them
   * @param coordinateSums three per label
   */
  add(table: Uint32Array, sizes: ArrayLike<number | bigint>, boxes: Uint32Array, coordinateSums: BigUint64Array): void {
    for (let label = 1; label < table.length; label++) {
      if (table[label] === 0) continue;
      const row = table[label] - 1;
      this.#sizes[row] += Number(sizes[label]);
      for (let axis = 0; axis < 3; axis++) {
        const at = 3 * row + axis;
        this.#boxMin[at] = Math.min(this.#boxMin[at], boxes[6 * label + axis]);
        this.#boxMax[at] = Math.max(this.#boxMax[at], boxes[6 * label + 3 + axis]);
        this.#sums[at] += Number(coordinateSums[3 * label + axis]);
      }
    }
  }

  /** The finished table. */
  build(originalIds: BigUint64Array | null): SupervoxelTable {
    const sizes = this.#sizes;
    return {
      count: sizes.length,
      sizes,
      boxMin: this.#boxMin,
      boxMax: this.#boxMax,
      centroids: this.#sums.map((sum, at) => sum / sizes[Math.floor(at / 3)]),
      originalIds,
    };
  }
}
