import { availableParallelism } from 'node:os';

import { inferResultSchema } from '#compute/messages.ts';
import type { InferProgress, InferResult } from '#compute/messages.ts';
import type { RequestedProvider } from '#compute/providers.ts';
import type { Box, VoxelSizeNm, Zyx } from '#domain/geometry.ts';

import { runInCompute } from './computeProcess.ts';
import type { ModelPackage } from './packages/modelPackage.ts';

/** What the compute process may take by default. */
export const DEFAULT_MEMORY_BUDGET_BYTES = 4 * 2 ** 30;

/** How a network is run; the results depend on the provider alone. */
export interface NetworkOptions {
  readonly model: ModelPackage;
  /** 'auto' takes the best that runs the whole network and reports it; a named one is had or an error. */
  readonly provider?: RequestedProvider;
  /** Threads inside the network; the machine's processors when absent. */
  readonly threads?: number;
}

export interface InferAffinitiesOptions extends NetworkOptions {
  /** The source volume: any path that `openVolume` reads, such as `reader.info.source`. */
  readonly source: string;
  /** z, y, x; null or absent to take what the file says. */
  readonly voxelSizeNm?: VoxelSizeNm | null;
  /** The stored axes, slowest first; null or absent to take what the file says. */
  readonly axes?: string | null;
  /** Source voxels; the whole volume when absent. The network sees real image beyond it. */
  readonly roi?: Box | null;
  /** Paths of stores made by `createOmeZarr`: uint8, three channels and one. */
  readonly out: {
    readonly affinities: string;
    readonly foreground: string | null;
    /** Source voxel that is voxel 0 of the stores; the corner of `roi` when absent. */
    readonly origin?: Zyx;
  };
  /** Write min(affinity, foreground) as affinities; absent or null to do as the package says. */
  readonly restrictAffinities?: boolean | null;
  /** The image has bright membranes: the network is given its negative. */
  readonly invert?: boolean;
  /** A folder of this job alone; deleting it starts the job anew. */
  readonly markersDirectory: string;
  readonly memoryBudgetBytes?: number;
  /** Shape of the output blocks, z, y, x, a multiple of the chunks; chosen by the budget when absent. */
  readonly block?: Zyx | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: InferProgress) => void;
}

/**
 * Computes affinities and foreground of a volume in a compute process: quantised to uint8 (`round half to even of
 * 255 p`), on the grid of the source, block by block. The same call resumes a killed run and gives the same bytes; on
 * a processor so do other block shapes, budgets and thread counts.
 *
 * @returns what ran, how long the network and the whole took
 * @throws 'cancelled' within a moment of the signal; 'unsupported' for a provider that cannot be had; 'bad-file' for a
 *   broken model; 'bad-request' for an unknown voxel size, a region outside the volume or a budget below one tile;
 *   'storage' where memory ran out or the disk failed; 'internal' for a crash
 */
export async function inferAffinities(options: InferAffinitiesOptions): Promise<InferResult> {
  const { roi = null, out } = options;
  const result = await runInCompute(
    {
      type: 'infer',
      ...networkRequest(options),
      source: options.source,
      voxelSizeNm: options.voxelSizeNm ?? null,
      axes: options.axes ?? null,
      roi,
      origin: out.origin ?? roi?.min ?? [0, 0, 0],
      affinitiesPath: out.affinities,
      foregroundPath: out.foreground,
      restrictAffinities: options.restrictAffinities ?? null,
      invert: options.invert ?? false,
      markersDirectory: options.markersDirectory,
      memoryBudgetBytes: options.memoryBudgetBytes ?? DEFAULT_MEMORY_BUDGET_BYTES,
      block: options.block ?? null,
    },
    {
      signal: options.signal,
      onProgress: options.onProgress,
    },
  );
  return inferResultSchema.parse(result);
}

/** The part of a request that names the network and how to run it. */
export function networkRequest({ model, provider = 'auto', threads = availableParallelism() }: NetworkOptions) {
  return { modelDirectory: model.directory, provider, threads };
}
