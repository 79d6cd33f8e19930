/** Size, bounding box and centroid of every label, counted block by block. */
import { voxelCount, type Zyx } from '#domain/geometry.ts';

import { runNative, type NativeOptions } from './addon.ts';

/** Tables indexed by label; all sums are integers, so blocks may be added in any order and division. */
export interface LabelStatistics {
  /** Voxel count per label. */
  readonly voxels: BigUint64Array;
  /** Six per label: first z, y, x, then last + 1 z, y, x. */
  readonly boxes: Uint32Array;
  /** Three per label: sums of z, y, x over the voxels. */
  readonly coordinateSums: BigUint64Array;
}

/** Empty statistics for the labels 0 .. labels - 1. */
export function createLabelStatistics(labels: number): LabelStatistics {
  const boxes = new Uint32Array(6 * labels);
  for (let row = 0; row < boxes.length; row += 6) boxes.fill(0xffffffff, row, row + 3);
  return { voxels: new BigUint64Array(labels), boxes, coordinateSums: new BigUint64Array(3 * labels) };
}

/**
 * Adds a block of labels whose first voxel lies at `origin` of the volume. Label 0 is counted like any other. Calls on the
 * same statistics must not overlap in time.
 *
 * @throws FascicleError 'bad-request' when a label is beyond the tables; they are then partly filled
 */
export function addLabelStatistics(
  statistics: LabelStatistics,
  labels: Uint32Array,
  shape: Zyx,
  origin: Zyx,
  options?: NativeOptions,
): Promise<void> {
  return runNative('addLabelStatistics', { ...statistics, labels, shape, origin }, options);
}

/** The statistics of one whole volume with labels 0 .. labels - 1. */
export async function labelStatistics(
  labels: Uint32Array,
  shape: Zyx,
  labelCount: number,
  options?: NativeOptions,
): Promise<LabelStatistics> {
  const statistics = createLabelStatistics(labelCount);
  if (voxelCount(shape) > 0) await addLabelStatistics(statistics, labels, shape, [0, 0, 0], options);
  return statistics;
}
