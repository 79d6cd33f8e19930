import { FascicleError } from '#domain/errors.ts';
import { voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { ContingencyTable } from '#native/metrics.ts';
import type { PartitionScores } from '#native/metrics.ts';
import { asLabels, requireLabels } from '#volumes/labelVoxels.ts';
import type { VolumeReader } from '#volumes/volume.ts';

/** Voxels that are read at a time from both volumes; with 64-bit ids that is 128 MB. */
const SLAB_VOXELS = 2 ** 23;

/**
 * Scores a segmentation against ground truth, slab by slab, so that volumes of any size can be compared.
 *
 * @param options.minTruthSize ground-truth ids with fewer voxels are ignored like id 0
 * @throws FascicleError 'bad-request' when the shapes differ or a volume holds no labels
 */
export async function evaluateVolumes(
  segmentation: VolumeReader,
  truth: VolumeReader,
  options: { minTruthSize?: number; signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<PartitionScores> {
  for (const { info } of [segmentation, truth]) requireLabels(info);
  const { shape } = truth.info;
  if (segmentation.info.shape.some((extent, axis) => extent !== shape[axis]))
    throw new FascicleError(
      'bad-request',
      `The volumes differ in shape (z, y, x): ${segmentation.info.source} has ${segmentation.info.shape.join(' x ')}, ` +
        `${truth.info.source} has ${shape.join(' x ')}. Both must cover the same voxels.`,
    );
  const table = new ContingencyTable();
  const slabs = slabBoxes(shape, Math.max(segmentation.info.chunkShape[0], truth.info.chunkShape[0]));
  const signal = options.signal ? { signal: options.signal } : {};
  for (const [index, box] of slabs.entries()) {
    const [labels, truths] = await Promise.all([segmentation.read(box, signal), truth.read(box, signal)]);
    await table.add(asLabels(labels, segmentation.info.source), asLabels(truths, truth.info.source), signal);
    options.onProgress?.(index + 1, slabs.length);
  }
  return table.scores(options.minTruthSize ?? 0);
}

/** Slabs of whole sections, in multiples of the storage chunks where memory allows. */
function slabBoxes(shape: Zyx, chunkSections: number): Box[] {
  const sections = Math.max(1, Math.floor(SLAB_VOXELS / (shape[1] * shape[2])));
  const step = sections >= chunkSections ? sections - (sections % chunkSections) : sections;
  const boxes: Box[] = [];
  if (voxelCount(shape) === 0) return boxes;
  for (let z = 0; z < shape[0]; z += step)
    boxes.push({ min: [z, 0, 0], max: [Math.min(z + step, shape[0]), shape[1], shape[2]] });
  return boxes;
}
