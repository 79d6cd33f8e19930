import { FascicleError } from '#domain/errors.ts';
import type { Box } from '#domain/geometry.ts';
import { connectedComponents } from '#native/connectedComponents.ts';
import { ContingencyTable } from '#native/metrics.ts';
import type { PartitionScores } from '#native/metrics.ts';
import { readWhole, slabBoxes } from '#volumes/copyVolume.ts';
import { asLabels, requireLabels } from '#volumes/labelVoxels.ts';
import type { VolumeReader } from '#volumes/volume.ts';

import { requireTruth } from './requireTruth.ts';

/**
 * Scores a segmentation against ground truth, slab by slab, so that volumes of any size can be compared.
 *
 * @param options.minTruthSize ground-truth ids with fewer voxels are ignored like id 0
 * @param options.truthComponents give every 6-connected part of a ground-truth id an id of its own first: on a crop, parts of
 *   one neuron that meet outside of it are different objects. Holds the ground truth in memory.
 * @throws FascicleError 'bad-request' when the shapes differ, a volume holds no labels, or no voxel of the ground truth
 *   counts, 'cancelled', 'unsupported' for components of a volume that is too large
 */
export async function evaluateVolumes(
  segmentation: VolumeReader,
  truth: VolumeReader,
  options: {
    minTruthSize?: number;
    truthComponents?: boolean;
    signal?: AbortSignal | undefined;
    onProgress?: (done: number, total: number) => void;
  } = {},
): Promise<PartitionScores> {
  requireLabels(segmentation.info);
  requireLabels(truth.info);
  requireSameShape(segmentation.info, truth.info);
  const table = new ContingencyTable();
  const thickness = Math.max(segmentation.info.chunkShape[0], truth.info.chunkShape[0]);
  const { signal } = options;
  const readTruth = options.truthComponents
    ? await componentReader(truth, signal)
    : (box: Box) => truth.read(box, { signal });
  for (const box of slabBoxes({ shape: truth.info.shape, type: 'uint64' }, { thickness })) {
    const [labels, truths] = await Promise.all([segmentation.read(box, { signal }), readTruth(box)]);
    // One thread is faster than the volumes can be read.
    const counting = { signal, threads: 1 };
    await table.add(asLabels(labels, segmentation.info.source), asLabels(truths, truth.info.source), counting);
    options.onProgress?.(box.max[0], truth.info.shape[0]);
  }
  const scores = await table.scores(options.minTruthSize ?? 0);
  requireTruth(scores.voxels, truth.info.source, options.minTruthSize ?? 0);
  return scores;
}

/** Reads slabs of whole sections from the connected components of a label volume. */
async function componentReader(
  truth: VolumeReader,
  signal: AbortSignal | undefined,
): Promise<(box: Box) => Promise<Uint32Array>> {
  const { shape, source } = truth.info;
  const labels = asLabels(await readWhole(truth, { signal }), source);
  const components = new Uint32Array(labels.length);
  await connectedComponents(labels, shape, components, { signal });
  const section = shape[1] * shape[2];
  return (box) => Promise.resolve(components.subarray(box.min[0] * section, box.max[0] * section));
}

function requireSameShape(segmentation: VolumeReader['info'], truth: VolumeReader['info']): void {
  if (segmentation.shape.some((extent, axis) => extent !== truth.shape[axis]))
    throw new FascicleError(
      'bad-request',
      `The volumes differ in shape (z, y, x): ${segmentation.source} has ${segmentation.shape.join(' x ')}, ` +
        `${truth.source} has ${truth.shape.join(' x ')}. Both must cover the same voxels.`,
    );
}
