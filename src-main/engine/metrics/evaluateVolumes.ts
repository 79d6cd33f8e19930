import { FascicleError } from '#domain/errors.ts';
import { ContingencyTable } from '#native/metrics.ts';
import type { PartitionScores } from '#native/metrics.ts';
import { slabBoxes } from '#volumes/copyVolume.ts';
import { asLabels, requireLabels } from '#volumes/labelVoxels.ts';
import type { VolumeReader } from '#volumes/volume.ts';

/**
 * Scores a segmentation against ground truth, slab by slab, so that volumes of any size can be compared.
 *
 * @param options.minTruthSize ground-truth ids with fewer voxels are ignored like id 0
 * @throws FascicleError 'bad-request' when the shapes differ or a volume holds no labels, 'cancelled'
 */
export async function evaluateVolumes(
  segmentation: VolumeReader,
  truth: VolumeReader,
  options: { minTruthSize?: number; signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<PartitionScores> {
  requireLabels(segmentation.info);
  requireLabels(truth.info);
  requireSameShape(segmentation.info, truth.info);
  const table = new ContingencyTable();
  const thickness = Math.max(segmentation.info.chunkShape[0], truth.info.chunkShape[0]);
  const signal = options.signal ? { signal: options.signal } : {};
  for (const box of slabBoxes({ shape: truth.info.shape, type: 'uint64' }, { thickness })) {
    const [labels, truths] = await Promise.all([segmentation.read(box, signal), truth.read(box, signal)]);
    // One thread is faster than the volumes can be read.
    const counting = { ...signal, threads: 1 };
    await table.add(asLabels(labels, segmentation.info.source), asLabels(truths, truth.info.source), counting);
    options.onProgress?.(box.max[0], truth.info.shape[0]);
  }
  return table.scores(options.minTruthSize ?? 0);
}

function requireSameShape(segmentation: VolumeReader['info'], truth: VolumeReader['info']): void {
  if (segmentation.shape.some((extent, axis) => extent !== truth.shape[axis]))
    throw new FascicleError(
      'bad-request',
      `The volumes differ in shape (z, y, x): ${segmentation.source} has ${segmentation.shape.join(' x ')}, ` +
        `${truth.source} has ${truth.shape.join(' x ')}. Both must cover the same voxels.`,
    );
}
