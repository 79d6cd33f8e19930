import { z } from 'zod';

import { PROVIDERS, REQUESTED_PROVIDERS, providerReportSchema } from './providers.ts';

/**
 * What the engine and the compute process say to each other: one request, then progress, then one answer. Both sides
 * validate what they get; the process serves one request and ends.
 */

const triple = z.tuple([z.number(), z.number(), z.number()]).readonly();
const box = z.object({ min: triple, max: triple }).readonly();

const network = {
  /** The folder of a model package. */
  modelDirectory: z.string(),
  provider: z.enum(REQUESTED_PROVIDERS),
  threads: z.int().min(1),
};

const inferSchema = z.object({
  type: z.literal('infer'),
  ...network,
  /** Any path that `openVolume` reads, with the dataset after ':'. */
  source: z.string(),
  /** z, y, x; null to take what the file says. */
  voxelSizeNm: triple.nullable(),
  /** The stored axes, slowest first; null to take what the file says. */
  axes: z.string().nullable(),
  /** Source voxels; null for the whole volume. */
  roi: box.nullable(),
  /** Source voxel that is voxel 0 of the stores. */
  origin: triple,
  affinitiesPath: z.string(),
  foregroundPath: z.string().nullable(),
  /** null to do as the package says. */
  restrictAffinities: z.boolean().nullable(),
  /** Give the network the negative of the image. */
  invert: z.boolean(),
  markersDirectory: z.string(),
  memoryBudgetBytes: z.number().positive(),
  /** Shape of the output blocks, a multiple of the stores' chunks; null to choose by the budget. */
  block: triple.nullable(),
});

const checkSchema = z.object({ type: z.literal('check'), ...network });

const benchSchema = z.object({
  type: z.literal('bench'),
  ...network,
  shape: triple,
  memoryBudgetBytes: z.number().positive(),
});

export const requestSchema = z.discriminatedUnion('type', [inferSchema, checkSchema, benchSchema]);
export type ComputeRequest = z.infer<typeof requestSchema>;
export type InferRequest = z.infer<typeof inferSchema>;
export type BenchRequest = z.infer<typeof benchSchema>;

/** What runs the network, known after its warm-up, and the tiles, known once they are planned. */
const networkPlanSchema = z.object({
  model: z.object({ id: z.string(), version: z.string(), sha256: z.string() }),
  provider: providerReportSchema,
  /** Source voxels for each voxel of the network, z, y, x. */
  factor: triple,
  /** z, y, x: of the network's input, of its receptive field, of the blocks that are written. */
  tiles: z
    .object({
      tileShape: triple,
      halo: triple,
      block: triple,
      blocks: z.int(),
      /** That the network computes in all, halos included. */
      networkVoxels: z.number(),
    })
    .nullable(),
});
export type NetworkPlan = z.infer<typeof networkPlanSchema>;

export const inferProgressSchema = z.object({
  stage: z.enum(['statistics', 'inference']),
  /** Blocks done, those of an earlier run included, and all. */
  done: z.int(),
  total: z.int(),
  /** Of this run, in source voxels; null before the first block. */
  voxelsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  provider: z.enum(PROVIDERS),
  /** The block that begins or has ended, by its place in the plan. */
  block: z.object({ index: z.int(), state: z.enum(['running', 'done']) }).optional(),
  network: networkPlanSchema.optional(),
});
export type InferProgress = z.infer<typeof inferProgressSchema>;

export const inferResultSchema = z.object({
  provider: providerReportSchema,
  model: z.object({ id: z.string(), version: z.string(), sha256: z.string() }),
  /** The trained sampling that was chosen. */
  target: z.string(),
  /** Source voxels for each voxel of the network, z, y, x. */
  factor: triple,
  tileShape: triple,
  block: triple,
  blocks: z.int(),
  /** Voxels that the network computed for each voxel of the region. */
  waste: z.number(),
  restrictedByForeground: z.boolean(),
  /** Tiles that were not run because they hold next to nothing, of those of this run. */
  emptyTiles: z.int(),
  /** Seconds inside the network, and from the first tile to the last write. Both 0 where all was done before. */
  runSeconds: z.number(),
  wallSeconds: z.number(),
  peakBytes: z.number(),
});
export type InferResult = z.infer<typeof inferResultSchema>;

export const checkResultSchema = z.object({
  provider: providerReportSchema,
  outputs: z.array(
    z.object({
      id: z.string(),
      elements: z.int(),
      /** Beyond absolute + relative tolerance. */
      mismatched: z.int(),
      allowed: z.int(),
      largestDifference: z.number(),
    }),
  ),
  passed: z.boolean(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

export const benchResultSchema = z.object({
  provider: providerReportSchema,
  /** Wall time over the bare sum of model runs, minus 1. */
  overheadRatio: z.number(),
  runSeconds: z.number(),
  wallSeconds: z.number(),
  voxelsPerSecond: z.number(),
  shape: triple,
  tileShape: triple,
  waste: z.number(),
  peakBytes: z.number(),
});
export type BenchResult = z.infer<typeof benchResultSchema>;
