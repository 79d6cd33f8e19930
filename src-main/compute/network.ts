import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as ort from 'onnxruntime-node';

import { FascicleError, isFascicleError } from '#domain/errors.ts';
import { mapZyx, voxelCount } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';
import type { TileNetwork } from '#engine/inference/inferVolume.ts';
import { fixedTileOf } from '#engine/inference/packages/modelPackage.ts';
import type { ModelPackage } from '#engine/inference/packages/modelPackage.ts';
import { bindProcessing, mapValuesInPlace } from '#engine/inference/packages/processing.ts';

import { readNodeCounts, sharesOf } from './profile.ts';
import { candidates, wayTo } from './providers.ts';
import type { Provider, ProviderReport, RequestedProvider } from './providers.ts';
import { smallestGraph } from './smallestGraph.ts';

/** A provider that runs the whole graph, and what a warm-up tile told about it. */
export interface ProbedNetwork {
  readonly report: ProviderReport;
  /** Peak memory of a run for each voxel of the tile: as the package says, else as measured. */
  readonly bytesPerTileVoxel: number;
}

/** Large enough that the peak stands out from the process, small enough to take a second on a processor. */
const MEASURED_TILE: Zyx = [32, 128, 128];
const PROFILED_TILE: Zyx = [8, 64, 64];

/** Never assume less on a processor, whatever was measured: the input and output tensors alone come near it. */
const LEAST_BYTES_PER_VOXEL = 64;

/** On a graphics processor, whose memory cannot be asked from here: a U-Net with 32 channels at full resolution. */
const DEVICE_BYTES_PER_VOXEL = 512;

const RUNTIME = `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`;

/**
 * Finds the provider that will run a model, trying one after the other with a warm-up tile. A provider counts only if it
 * runs every operator of the graph; a named one that does not is an error, `auto` goes on and says why.
 *
 * @throws 'unsupported' where the named provider cannot be had, with the reason and the way to it; 'bad-file' where the
 *   weights are no graph that can be run
 */
export async function probeNetwork(
  model: ModelPackage,
  requested: RequestedProvider,
  threads: number,
): Promise<ProbedNetwork> {
  const refused: ProviderReport['refused'] = [];
  for (const provider of candidates(requested, process.platform)) {
    try {
      const { nodes, bytesPerTileVoxel } = await warmUp(model, provider, threads);
      return {
        report: {
          requested,
          obtained: provider,
          refused,
          nodeShare: sharesOf(nodes),
          nodes,
          threads,
          runtime: RUNTIME,
        },
        bytesPerTileVoxel: model.config.memoryBytesPerVoxel ?? bytesPerTileVoxel,
      };
    } catch (error) {
      if (isFascicleError(error)) throw error;
      refused.push({ provider, reason: reasonOf(error) });
    }
  }
  const last = refused.at(-1)!;
  if (last.provider === 'cpu')
    throw new FascicleError('bad-file', `${model.weightsPath} cannot be run: ${last.reason}`);
  throw new FascicleError(
    'unsupported',
    `The execution provider '${last.provider}' is not available: ${last.reason} ${wayTo(last.provider)} ` +
      `Use --provider cpu to run on the processor.`,
  );
}

async function warmUp(model: ModelPackage, provider: Provider, threads: number) {
  requireInBuild(provider);
  const folder = await mkdtemp(join(tmpdir(), 'fascicle-profile-'));
  try {
    const prefix = join(folder, 'warm-up');
    const wanted = model.config.memoryBytesPerVoxel === undefined ? MEASURED_TILE : PROFILED_TILE;
    const shape = fixedTileOf(model) ?? allowedTile(model, wanted);
    const session = await ort.InferenceSession.create(model.weightsPath, {
      ...sessionOptions(provider, threads),
      enableProfiling: true,
      profileFilePrefix: prefix,
    });
    const network = await wrapSession(session, model);
    const before = process.resourceUsage().maxRSS;
    await network.run(new Float32Array(voxelCount(shape)).fill(0.5), shape);
    session.endProfiling();
    await network.close();
    const peakBytes = (process.resourceUsage().maxRSS - before) * 1024;
    return {
      nodes: await readNodeCounts(prefix),
      bytesPerTileVoxel: Math.max(
        provider === 'cpu' ? LEAST_BYTES_PER_VOXEL : DEVICE_BYTES_PER_VOXEL,
        peakBytes / voxelCount(shape),
      ),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts a session with a provider on the smallest graph and ends it. @throws where the provider cannot be had */
export async function tryProvider(provider: Provider): Promise<void> {
  requireInBuild(provider);
  const session = await ort.InferenceSession.create(smallestGraph(), sessionOptions(provider, 1));
  await session.release();
}

function requireInBuild(provider: Provider): void {
  const supported = ort.listSupportedBackends().map(({ name }) => name);
  if (!supported.includes(provider))
    throw new Error(`This build of ONNX Runtime for ${process.platform} ${process.arch} does not contain it.`);
}

function allowedTile(model: ModelPackage, wanted: Zyx): Zyx {
  return mapZyx((axis) => {
    const { min, step } = model.input.sizes[axis];
    return min + Math.max(0, Math.ceil((wanted[axis] - min) / step)) * step;
  });
}

/** Opens the one session of a job, for tiles of one shape: providers that tune for a shape do it once. */
export async function openNetwork(
  model: ModelPackage,
  provider: Provider,
  threads: number,
  tileShape: Zyx,
): Promise<OpenNetwork> {
  const session = await ort.InferenceSession.create(model.weightsPath, {
    ...sessionOptions(provider, threads),
    freeDimensionOverrides: await dimensionNames(model, tileShape),
  });
  return wrapSession(session, model);
}

/** A session with the tensors of its package. Close it to free its memory. */
export interface OpenNetwork extends TileNetwork {
  close(): Promise<void>;
}

/** The named dimensions of the graph's input with their lengths; reading the graph unoptimised is cheap. */
async function dimensionNames(model: ModelPackage, tileShape: Zyx): Promise<Record<string, number>> {
  const session = await ort.InferenceSession.create(model.weightsPath, { graphOptimizationLevel: 'disabled' });
  const [input] = session.inputMetadata;
  await session.release();
  const lengths = [1, 1, ...tileShape];
  if (!input.isTensor) return {};
  return Object.fromEntries(
    input.shape.flatMap((dimension, i) =>
      typeof dimension === 'string' && dimension ? [[dimension, lengths[i]]] : [],
    ),
  );
}

function sessionOptions(provider: Provider, threads: number): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // All tiles of a job have one shape, so the arena is filled once and reused. Without it every run maps and unmaps its
    // memory anew: 1.6 times the processor time for a U-Net of 0.5 million parameters, at a peak that is no lower
    // (317 against 287 bytes a voxel). The pattern costs 1.7 times the memory for nothing, and DirectML forbids it.
    enableCpuMemArena: true,
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Otherwise operators that the provider lacks would go to the processor without a word.
    ...(provider === 'cpu' ? {} : { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  };
}

async function wrapSession(session: ort.InferenceSession, model: ModelPackage): Promise<OpenNetwork> {
  const { inputNames, outputNames } = session;
  if (inputNames.length !== 1 || outputNames.length < model.outputs.length)
    throw new FascicleError(
      'bad-file',
      `${model.weightsPath} has the inputs ${inputNames.join(', ')} and the outputs ${outputNames.join(', ')}; the ` +
        `description says one input and ${model.outputs.length} outputs.`,
    );
  const named = model.outputs.every(({ id }) => outputNames.includes(id));
  const outputs = model.outputs.map((output, i) => ({
    ...output,
    graphName: named ? output.id : outputNames[i],
    map: bindProcessing(output.postprocessing, null),
  }));
  const runAlone: TileNetwork['run'] = async (tile, shape) => {
    const feeds = { [inputNames[0]]: new ort.Tensor('float32', tile, [1, 1, ...shape]) };
    // The runtime blocks this thread; what other blocks still have to do here must not count as its time.
    await new Promise(setImmediate);
    const start = performance.now();
    const results = await session
      .run(
        feeds,
        outputs.map(({ graphName }) => graphName),
      )
      .catch((error: unknown) => {
        throw runFailure(error, model, shape);
      });
    const seconds = (performance.now() - start) / 1000;
    const values = new Map(
      outputs.map(({ id, channels, graphName, map }) => {
        const result = results[graphName];
        const expected = [1, channels, ...shape];
        if (result.type !== 'float32' || result.dims.join() !== expected.join())
          throw new FascicleError(
            'bad-file',
            `The output '${id}' of ${model.weightsPath} is ${result.type} of shape ${result.dims.join(' x ')} for a ` +
              `tile of ${shape.join(' x ')}; its description says float32 of shape ${expected.join(' x ')}.`,
          );
        const array = result.data as Float32Array;
        mapValuesInPlace(map, array);
        return [id, array];
      }),
    );
    return { outputs: values, seconds };
  };

  let turn: Promise<unknown> = Promise.resolve();
  return {
    run(tile, shape) {
      const result = turn.then(() => runAlone(tile, shape));
      turn = result.catch(() => undefined);
      return result;
    },
    close: () => session.release(),
  };
}

function runFailure(error: unknown, model: ModelPackage, shape: Zyx): Error {
  const reason = reasonOf(error);
  const tile = `a tile of ${shape.join(' x ')} voxels`;
  if (/alloc|out of memory/i.test(reason))
    return new FascicleError(
      'storage',
      `There was not enough memory for ${tile} of ${model.id}: ${reason} Finished blocks are kept: run again with a smaller ` +
        `memory budget.`,
      { cause: error },
    );
  return new FascicleError('bad-file', `${model.id} failed on ${tile}: ${reason}`, { cause: error });
}

/** What the runtime says of a failure, as a sentence. */
export function reasonOf(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error))
    .replaceAll(/\s+/g, ' ')
    // Where in its own source the runtime noticed tells a user nothing.
    .replace(/^\S*onnxruntime_src\S*:\d+ .*? was false\. /, '')
    .trim();
  if (text.includes('disable_cpu_ep_fallback'))
    return 'it lacks operators of this network, which would have run on the processor.';
  return text.endsWith('.') ? text : `${text}.`;
}
