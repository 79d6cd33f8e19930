import { availableParallelism } from 'node:os';

import type { RequestedProvider } from '#compute/providers.ts';
import type { Estimate, NewProject } from '#contract/routes/projects.ts';
import { boxOfShape, voxelCount } from '#domain/geometry.ts';
import type { VoxelSizeNm, Zyx } from '#domain/geometry.ts';
import type { EngineContext } from '#engine/http/engineContext.ts';
import { describeResampling } from '#engine/inference/describeResampling.ts';
import { findNetwork } from '#engine/inference/findNetwork.ts';
import { makeGrid } from '#engine/inference/grid.ts';
import { DEFAULT_MEMORY_BUDGET_BYTES } from '#engine/inference/inferAffinities.ts';
import { BASE_BYTES, memoryModel } from '#engine/inference/memoryModel.ts';
import { chooseTarget, requireSimilarVoxelSize } from '#engine/inference/packages/chooseModel.ts';
import { hasForeground, postprocessingFor } from '#engine/inference/packages/modelPackage.ts';
import type { ModelPackage } from '#engine/inference/packages/modelPackage.ts';
import { chooseBlockShape, planTiles } from '#engine/inference/tiling.ts';
import { isFascicleError } from '#domain/errors.ts';
import { paceOf } from '#engine/jobs/manager/paces.ts';
import { planStages } from '#engine/jobs/manager/stagePlan.ts';
import { STORE_CHUNK, blockEdgeFor, planBlocks } from '#engine/segmentation/blockPlan.ts';
import { DEFAULT_SETTINGS, settingsOf, settingsWithoutNetwork } from '#engine/segmentation/settings.ts';
import type { PipelineSettings, SettingsChoice } from '#engine/segmentation/settings.ts';
import { memoryBudgetBytes } from '#engine/system/choices.ts';
import { freeDiskBytes } from '#engine/system/freeDisk.ts';
import { bytesPerVoxel } from '#volumes/voxelTypes.ts';

import { calibrateNetwork } from './calibrateNetwork.ts';
import { bytesPerVoxelOf } from './diskBytes.ts';
import { lookAtSources } from './lookAtSources.ts';
import { segmentationBytes } from './segmentationMemory.ts';
import { segmentationRequest } from './segmentationRequest.ts';
import { truthProblems } from './truthProblems.ts';

/** Of a network whose package does not say: a U-Net with 24 to 32 channels at full resolution. */
const USUAL_BYTES_PER_TILE_VOXEL = 320;

/**
 * What a new project would take. Nothing of it is written. A network that never ran here is tried on a small image first, unless a job
 * is running, which would spoil the figure.
 *
 * @throws FascicleError where a volume or the model cannot be opened; what the request must change is in `problems`
 */
export async function estimateProject(
  engine: Pick<EngineContext, 'looks' | 'speeds' | 'preferences' | 'jobs'>,
  wanted: NewProject,
  signal?: AbortSignal,
): Promise<Estimate> {
  const { looks, speeds, preferences } = engine;
  const request = segmentationRequest(wanted);
  const { method } = request;
  const seen = await lookAtSources(request, looks, signal);
  const { shape, voxelSizeNm, main } = seen;
  const problems = [...seen.problems, ...(await truthProblems(wanted.truth, seen))];
  const voxels = voxelCount(shape);
  const budget = Math.min(DEFAULT_MEMORY_BUDGET_BYTES, memoryBudgetBytes(await preferences.read()));
  const threads = availableParallelism();
  const edge = blockEdgeFor(shape, threads);
  const network =
    method.kind === 'network' && voxelSizeNm !== null
      ? await planNetwork(
          await findNetwork(method.model, voxelSizeNm),
          { shape, voxelSizeNm, budget, chosen: method },
          problems,
        )
      : null;

  const settings = network?.settings ?? (method.kind === 'affinities' ? settingsWithoutNetwork(method) : null);
  const { supervoxels, score } = settings ?? DEFAULT_SETTINGS;
  const affinityBytes = 3 * (method.kind === 'affinities' ? bytesPerVoxel(main.type) : 1);
  const plan = { method: supervoxels.method, score: score.kind, shape, affinityBytes, edge, threads };

  const stages = planStages(method.kind, { raw: request.raw !== null }).filter(({ key }) => key !== 'network');
  const others = stages.reduce((sum, { key }) => sum + speeds.expected(paceOf(key, settings ?? {}), voxels), 0);
  const time =
    method.kind !== 'network'
      ? { seconds: others, basis: 'from the speed of this machine' }
      : network === null
        ? { seconds: null, basis: 'needs the voxel size' }
        : await timeOf(
            engine,
            network.model,
            method.provider,
            { networkVoxels: network.networkVoxels, voxels, others },
            problems,
          );

  const diskBytes = voxels * bytesPerVoxelOf(request, main, supervoxels.method);
  const free = await freeDiskBytes(wanted.directory);
  if (free !== null && diskBytes > free)
    problems.push(
      `The disk has ${gigabytes(free)} left, and about ${gigabytes(diskBytes)} are needed. Choose another folder.`,
    );
  return {
    ...time,
    diskBytes,
    freeDiskBytes: free,
    memoryBytes: Math.round(Math.max(BASE_BYTES + segmentationBytes(plan), network?.memoryBytes ?? 0)),
    memoryBudgetBytes: budget,
    blocks: network?.blocks ?? planBlocks(shape, edge).blocks.length,
    problems,
    remarks: network?.resampling ? [network.resampling] : [],
  };
}

interface NetworkEstimate {
  readonly model: ModelPackage;
  readonly blocks: number;
  readonly networkVoxels: number;
  readonly memoryBytes: number;
  /** What follows the network; null where that stands in the way. */
  readonly settings: PipelineSettings | null;
  /** How the image is resampled, in words; null where it is not. */
  readonly resampling: string | null;
}

/** The blocks of the network and what they take, as the run will choose them. */
async function planNetwork(
  model: ModelPackage,
  {
    shape,
    voxelSizeNm,
    budget,
    chosen,
  }: { shape: Zyx; voxelSizeNm: VoxelSizeNm; budget: number; chosen: SettingsChoice },
  problems: string[],
): Promise<NetworkEstimate> {
  const choice = chooseTarget(model, voxelSizeNm);
  const { factor } = choice;
  const resampling = describeResampling(factor);
  const grid = makeGrid(shape, factor);
  const network = { ...model.config, sizes: model.input.sizes };
  const lattice = { roi: boxOfShape(shape), origin: [0, 0, 0] as const };
  const { memoryBytesPerVoxel = USUAL_BYTES_PER_TILE_VOXEL, blending } = model.config;
  const memory = memoryModel(memoryBytesPerVoxel, budget, blending !== undefined);
  try {
    requireSimilarVoxelSize(model, voxelSizeNm, choice);
    const postprocessing = postprocessingFor(model, choice.target);
    const settings = settingsOf({ postprocessing, factor, hasForeground: hasForeground(model) }, chosen);
    const chunk = [STORE_CHUNK, STORE_CHUNK, STORE_CHUNK] as const;
    const block = chooseBlockShape(grid, network, lattice, chunk, memory);
    const plan = planTiles(grid, network, lattice, block);
    const memoryBytes =
      BASE_BYTES +
      voxelCount(plan.tileShape) * memory.bytesPerTileVoxel +
      voxelCount(block) * memory.bytesPerBlockVoxel;
    const networkVoxels = (plan.waste * voxelCount(shape)) / voxelCount(factor);
    return { model, settings, blocks: plan.blocks.length, networkVoxels, memoryBytes, resampling };
  } catch (error) {
    if (!isFascicleError(error)) throw error;
    problems.push(error.message);
    return { model, settings: null, blocks: 0, networkVoxels: 0, memoryBytes: budget, resampling };
  }
}

async function timeOf(
  { speeds, jobs }: Pick<EngineContext, 'speeds' | 'jobs'>,
  model: ModelPackage,
  provider: RequestedProvider,
  { networkVoxels, voxels, others }: { networkVoxels: number; voxels: number; others: number },
  problems: string[],
): Promise<Pick<Estimate, 'seconds' | 'basis'>> {
  const known = speeds.network(model.weightsSha256, provider);
  const isBusy = jobs.list().some(({ state }) => state === 'running');
  if (known === undefined && isBusy)
    return { seconds: null, basis: 'not measured yet: a job is running on this machine' };
  try {
    const speed = known ?? (await calibrateNetwork(model, provider, speeds));
    const seconds = networkVoxels / speed.networkVoxelsPerSecond;
    const where = `${(voxels / seconds / 1e6).toPrecision(2)} Mvoxel/s on ${speed.provider}`;
    const how = speed.from === 'run' ? 'measured in the last run of this network here' : 'measured on a small image';
    return { seconds: others + seconds, basis: `${where}, ${how}` };
  } catch (error) {
    // A provider that cannot be had, a model that does not fit into memory: the run would end as this trial did.
    if (!isFascicleError(error)) throw error;
    problems.push(error.message);
    return { seconds: null, basis: 'the network could not be tried' };
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
