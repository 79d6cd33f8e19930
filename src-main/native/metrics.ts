/** Scores of a segmentation against the truth, counted block by block. */
import { callNative, runNative, type NativeOptions } from './addon.ts';
import type { AnyLabels } from './connectedComponents.ts';

/** Lower is better for all scores. Voxels whose truth is 0 are ignored; segment 0 is an ordinary segment. */
export interface PartitionScores {
  /** Variation of information, over-segmentation part H(segment | truth), bits. */
  readonly voiSplit: number;
  /** Variation of information, under-segmentation part H(truth | segment), bits. */
  readonly voiMerge: number;
  /** Adapted Rand error, 0 to 1, pairs without replacement (SNEMI3D). */
  readonly adaptedRandError: number;
  /** Adapted Rand error in the CREMI convention: segment 0 stands for single voxels. */
  readonly adaptedRandErrorCremi: number;
  /** How many voxels were scored. */
  readonly voxels: number;
  /** Distinct segments among them. */
  readonly segments: number;
  /** Distinct truth ids among them. */
  readonly truths: number;
}

/** Joint counts as columns. */
export interface LabelPairs {
  readonly segments: BigUint64Array;
  readonly truths: BigUint64Array;
  /** Voxels that carry both. */
  readonly counts: Float64Array;
}

/**
 * Joint counts of (segment, truth). Blocks may be added in any order and division, also several at once; the scores depend
 * on the voxels alone. The counts live in native memory (24 to 48 bytes per distinct pair) and go with this object.
 */
export class ContingencyTable {
  readonly #handle = callNative('createContingencyTable');

  /**
   * Adds one block.
   *
   * @throws FascicleError 'bad-request' when the lengths differ, 'cancelled' after an abort; the table is then unchanged
   */
  add(segmentation: AnyLabels, truth: AnyLabels, options?: NativeOptions): Promise<void> {
    return runNative('countPairs', { table: this.#handle, segmentation, truth }, options);
  }

  /** What was added so far: one row for each distinct pair, ascending by truth, then segment. */
  pairs(options?: NativeOptions): Promise<LabelPairs> {
    return runNative('pairsOf', { table: this.#handle }, options);
  }

  /**
   * The scores of what was added so far.
   *
   * @param minTruthSize truth ids with fewer voxels than this (over all blocks) are ignored as if they were 0
   */
  scores(minTruthSize = 0): Promise<PartitionScores> {
    return runNative('partitionScores', { table: this.#handle, minTruthSize });
  }
}
