import type { SegmentationBlock } from './blockPlan.ts';
import type { LabelSource } from './regionGraph.ts';
import type { SupervoxelTableBuilder } from './supervoxelTable.ts';

/** The fragments of a volume as a watershed left them on disk: numbered 1..N over the volume, readable block by block. */
export interface SupervoxelFragments {
  readonly labels: LabelSource;
  /** Voxels of fragment i + 1. */
  readonly voxelCounts: BigUint64Array;
  /** How many there were before blocks merged ahead. */
  readonly count: number;
  /**
   * The labels of a block, mapped.
   *
   * @param table new number of each fragment, element 0 for none
   */
  readMapped(block: SegmentationBlock, table: Uint32Array, signal?: AbortSignal): Promise<Uint32Array>;
  /** Adds the statistics of all fragments to a table, each to the row that `table` says. */
  addTo(builder: SupervoxelTableBuilder, table: Uint32Array): Promise<void>;
}
