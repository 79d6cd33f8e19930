import { FascicleError } from '#domain/errors.ts';
import { boxContains, boxOfShape, boxShape, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { makeGrid } from '#engine/inference/grid.ts';
import type { Grid } from '#engine/inference/grid.ts';
import { inferVolume } from '#engine/inference/inferVolume.ts';
import type { BlockSink } from '#engine/inference/inferVolume.ts';
import { memoryModel } from '#engine/inference/memoryModel.ts';
import { fingerprintOf, frozen, markersFor } from '#engine/inference/jobFiles.ts';
import { chooseTarget } from '#engine/inference/packages/chooseModel.ts';
import type { ModelPackage } from '#engine/inference/packages/modelPackage.ts';
import { hasForeground, postprocessingFor, writtenChannels } from '#engine/inference/packages/modelPackage.ts';
import { integerNegative, negativeOf } from '#engine/inference/negative.ts';
import { bindInverted, bindProcessing, needsStatistics } from '#engine/inference/packages/processing.ts';
import type { ValueMap } from '#engine/inference/packages/processing.ts';
import { volumeHistogram } from '#engine/inference/statistics.ts';
import { chooseBlockShape, planTiles } from '#engine/inference/tiling.ts';
import type { TilePlan } from '#engine/inference/tiling.ts';
import type { VolumeReader } from '#volumes/volume.ts';

import type { InferProgress, InferRequest, InferResult } from './messages.ts';
import { openNetwork, probeNetwork } from './network.ts';

/** What an inference reads and writes, open. */
export interface InferVolumes {
  readonly reader: VolumeReader;
  readonly affinities: BlockSink;
  readonly foreground: BlockSink | null;
  /** z, y, x of the stores; blocks are multiples of it. */
  readonly chunk: Zyx;
}

export type InferParameters = Omit<
  InferRequest,
  'type' | 'source' | 'axes' | 'affinitiesPath' | 'foregroundPath' | 'modelDirectory'
>;

/**
 * One inference from an open volume to open stores: provider, statistics of the volume, plan, blocks. What was decided
 * once (statistics, block shape) is kept beside the markers, so that a resumed job decides the same.
 *
 * @throws as `probeNetwork`, `volumeHistogram`, `planTiles`, `chooseBlockShape` and `inferVolume`; 'bad-request' where
 *   the voxel size is unknown or the region lies outside the volume
 */
export async function runInference(
  volumes: InferVolumes,
  model: ModelPackage,
  parameters: InferParameters,
  onProgress: (progress: InferProgress) => void = () => undefined,
): Promise<InferResult> {
  const { reader } = volumes;
  const roi = regionOf(reader, parameters.roi);
  const { target, factor } = chooseTarget(model, voxelSizeOf(reader, parameters.voxelSizeNm));
  const grid = makeGrid(reader.info.shape, factor);
  const channels = writtenChannels(model.config)!;
  const restrictAffinities =
    parameters.restrictAffinities ?? postprocessingFor(model, target).foregroundRestriction ?? hasForeground(model);

  const { report, bytesPerTileVoxel } = await probeNetwork(model, parameters.provider, parameters.threads);
  const stage = (
    name: InferProgress['stage'],
    progress: Pick<InferProgress, 'done' | 'total'> & Partial<InferProgress>,
  ): void =>
    onProgress({ stage: name, voxelsPerSecond: null, secondsLeft: null, provider: report.obtained, ...progress });
  const identity = { id: model.id, version: model.version, sha256: model.weightsSha256 };
  stage('statistics', { done: 0, total: 1, network: { model: identity, provider: report, factor, tiles: null } });
  const directory = parameters.markersDirectory;
  const { invert } = parameters;
  const image = {
    ...{ source: await fingerprintOf(reader.info), factor, steps: model.input.preprocessing },
    ...(invert && { invert }),
  };
  const normalisation = await frozen(directory, 'normalisation', image, () =>
    normalise(reader, grid, { model, invert }, (done, total) => stage('statistics', { done, total })),
  );

  const determining = {
    image,
    normalisation,
    roi,
    origin: parameters.origin,
    model: model.weightsSha256,
    config: model.config,
    provider: report.obtained,
    runtime: report.runtime,
    restrictAffinities,
    foreground: volumes.foreground !== null,
    requestedBlock: parameters.block,
  };
  const lattice = { roi, origin: parameters.origin };
  const network = { ...model.config, sizes: model.input.sizes };
  const block = await frozen(directory, 'block', determining, () =>
    Promise.resolve(
      parameters.block ??
        chooseBlockShape(
          grid,
          network,
          lattice,
          volumes.chunk,
          memoryModel(bytesPerTileVoxel, parameters.memoryBudgetBytes, model.config.blending !== undefined),
        ),
    ),
  );
  const plan = planTiles(grid, network, lattice, block);

  const tiles = {
    tileShape: plan.tileShape,
    halo: model.config.receptiveFieldRadius,
    block,
    blocks: plan.blocks.length,
    networkVoxels: (plan.waste * voxelCount(boxShape(roi))) / voxelCount(factor),
  };
  stage('inference', {
    done: 0,
    total: plan.blocks.length,
    network: { model: identity, provider: report, factor, tiles },
  });
  const session = await openNetwork(model, report.obtained, report.threads, plan.tileShape);
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  try {
    const { runSeconds, emptyTiles } = await inferVolume({
      ...volumes,
      grid,
      plan,
      network: session,
      normalisation,
      channels,
      restrictAffinities,
      emptyTileDeviation: model.config.emptyTileDeviation ?? null,
      blending: model.config.blending ?? null,
      origin: parameters.origin,
      markers: markersFor(directory, { ...determining, block }),
      onBlock: ({ block: at, done, total, voxels }) =>
        stage('inference', { done, total, block: at, ...speed(plan, done, voxels, elapsed()) }),
    });
    return {
      provider: report,
      model: identity,
      target: target.name,
      factor,
      tileShape: plan.tileShape,
      block,
      blocks: plan.blocks.length,
      waste: plan.waste,
      restrictedByForeground: restrictAffinities,
      emptyTiles,
      runSeconds,
      wallSeconds: elapsed(),
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await session.close();
  }
}

function regionOf(reader: VolumeReader, roi: Box | null): Box {
  const whole = boxOfShape(reader.info.shape);
  if (roi === null) return whole;
  if (!boxContains(whole, roi) || voxelCount(boxShape(roi)) === 0)
    throw new FascicleError(
      'bad-request',
      `The region z ${roi.min[0]}:${roi.max[0]}, y ${roi.min[1]}:${roi.max[1]}, x ${roi.min[2]}:${roi.max[2]} is empty or ` +
        `reaches out of ${reader.info.source}, which has ${reader.info.shape.join(' x ')} voxels (z, y, x).`,
    );
  return roi;
}

function voxelSizeOf(reader: VolumeReader, given: Zyx | null): Zyx {
  const size = given ?? reader.info.voxelSizeNm;
  if (size === null || !size.every((length) => length > 0))
    throw new FascicleError(
      'bad-request',
      `${reader.info.source} does not say its voxel size, and the network needs it to see structures at the scale it was ` +
        `trained on. Give it with --voxel-size z,y,x in nanometres.`,
    );
  return size;
}

async function normalise(
  reader: VolumeReader,
  grid: Grid,
  { model, invert }: { model: ModelPackage; invert: boolean },
  onProgress: (done: number, total: number) => void,
): Promise<ValueMap> {
  const steps = model.input.preprocessing;
  const negative = invert ? integerNegative(reader.info.type) : null;
  const isCounted = needsStatistics(steps) || (invert && negative === null);
  const histogram = isCounted ? await volumeHistogram(reader, grid, { onProgress }) : null;
  if (!invert) return bindProcessing(steps, histogram);
  return bindInverted(steps, histogram, negative ?? negativeOf(histogram!));
}

function speed(
  plan: TilePlan,
  done: number,
  voxels: number,
  seconds: number,
): Pick<InferProgress, 'voxelsPerSecond' | 'secondsLeft'> {
  if (voxels === 0 || seconds === 0) return { voxelsPerSecond: null, secondsLeft: null };
  const left = plan.blocks.slice(done).reduce((sum, { box }) => sum + voxelCount(boxShape(box)), 0);
  return { voxelsPerSecond: voxels / seconds, secondsLeft: (left * seconds) / voxels };
}
