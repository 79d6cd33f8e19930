import { z } from 'zod';

/**
 * What Fascicle must know of a network beyond the BioImage Model Zoo fields: the block `config.fascicle` of `rdf.yaml`.
 * The authority on its keys is this schema; docs/model-packages.md explains them. Unknown keys are rejected, so that a
 * misspelt one cannot pass for its default.
 */

const zyx = <T extends z.ZodType<number>>(item: T) => z.tuple([item, item, item]);
const count = z.int().min(0);
const positive = z.number().positive();
const probability = z.number().min(0).max(1);

/** As `DistanceTransformSettings`; absent values are the published ones. */
const distanceTransform = {
  threshold: probability.exactOptional(),
  sigmaSeeds: z.number().min(0).max(100).exactOptional(),
  sigmaWeights: z.number().min(0).max(100).exactOptional(),
  alpha: probability.exactOptional(),
  minSize: count.exactOptional(),
};

/** Defaults for the stages after the network; lengths and volumes are in voxels of the trained voxel size. */
export const postprocessingSchema = z.strictObject({
  /** Take min(affinity, foreground) instead of the affinity. When absent: where the network gives a foreground. */
  foregroundRestriction: z.boolean().optional(),
  /** How supervoxels are made; when absent by `watershed`, which holds the values of that method. */
  supervoxels: z
    .discriminatedUnion('method', [
      z.strictObject({ method: z.literal('watershed') }),
      z.strictObject({ method: z.literal('distance-transform-2d'), ...distanceTransform }),
      z.strictObject({ method: z.literal('distance-transform-3d'), ...distanceTransform }),
    ])
    .optional(),
  watershed: z
    .strictObject({
      low: probability,
      high: probability,
      /** Voxels below which a basin is given to its strongest neighbour. */
      sizeThreshold: count,
      /** Affinity that such a basin must have to its neighbour to be given away. */
      mergeLow: probability.optional(),
    })
    .optional(),
  agglomeration: z
    .discriminatedUnion('method', [
      z.strictObject({ method: z.literal('mean'), threshold: probability }),
      z.strictObject({ method: z.literal('quantile'), threshold: probability, quantile: probability.default(0.5) }),
      z.strictObject({
        method: z.literal('multicut'),
        /** Mean affinity at which an edge by itself is neither cut nor kept. */
        beta: z.number().min(0.01).max(0.99).default(0.25),
        /** Weigh edges by their contacts. */
        byContactArea: z.boolean().default(true),
        /** The multicut itself is the cut at one half. */
        threshold: probability.default(0.5),
      }),
    ])
    .optional(),
  /** Voxels below which a segment is given to its strongest neighbour at the end. */
  minSize: count.optional(),
});

const targetSchema = z.strictObject({
  /** Short name of the tissue or sampling, unique in the package. */
  name: z.string().min(1),
  /** The voxel size, z, y, x in nanometres, to which an image outside `acceptedNm` is resampled. */
  voxelSizeNm: zyx(positive),
  /** The voxel sizes that the network takes unchanged; by default 0.8 to 1.25 times `voxelSizeNm` on each axis. */
  acceptedNm: z.strictObject({ min: zyx(positive), max: zyx(positive) }).optional(),
  /** Replaces the package's postprocessing as a whole for this target. */
  postprocessing: postprocessingSchema.optional(),
});

const channelSchema = z.discriminatedUnion('meaning', [
  z.strictObject({
    meaning: z.literal('affinity'),
    /** The id of the output in `outputs`. */
    output: z.string().min(1),
    channel: count,
    /** The voxel at the other end of the link, relative, z, y, x: [-1, 0, 0] is the voxel before in z. */
    offset: zyx(z.int()),
  }),
  z.strictObject({
    meaning: z.literal('foreground'),
    output: z.string().min(1),
    channel: count,
  }),
]);

export const fascicleConfigSchema = z.strictObject({
  version: z.literal(1),
  /** Voxels of the network's grid, z, y, x, from which an output voxel can be influenced, to each side. */
  receptiveFieldRadius: zyx(count),
  /** Voxels by which the input must move for the output to move along unchanged (the product of the poolings). */
  stride: zyx(z.int().min(1)),
  /** The samplings it was trained on; at least one. */
  targets: z.array(targetSchema).min(1),
  /** What each output channel means. Channels that are not listed are ignored. */
  channels: z.array(channelSchema).min(1),
  /**
   * Standard deviation of a tile, of the values that the network takes, below which it is not run and all its outputs are 0: a network that
   * normalises over its tile makes something of the noise of empty resin. Absent for none.
   */
  emptyTileDeviation: positive.optional(),
  /**
   * Average tiles where they overlap instead of cutting the receptive field off them: for networks of a fixed tile whose results depend on the
   * tile as a whole. `sigma` is the standard deviation of the weights, the half side of a tile being 1.
   */
  blending: z.strictObject({ sigma: z.number().min(0.05).max(10).default(0.5) }).exactOptional(),
  /** Peak memory of a run in bytes for each voxel of the input tile; measured on a warm-up tile when absent. */
  memoryBytesPerVoxel: positive.optional(),
  postprocessing: postprocessingSchema.default({}),
  /** Not meant for use yet: taken where it is asked for, never by default while there is another one. */
  preliminary: z.boolean().default(false),
  /** How it did on data that it was not trained on, as its authors measured it. */
  scores: z
    .array(
      z.strictObject({
        data: z.string().min(1),
        measure: z.string().min(1),
        value: z.number(),
        /** Name of the target that the data is of; absent where it is of none. */
        target: z.string().min(1).exactOptional(),
      }),
    )
    .default([]),
});

export type FascicleConfig = z.infer<typeof fascicleConfigSchema>;
export type ModelTarget = FascicleConfig['targets'][number];
export type ModelChannel = FascicleConfig['channels'][number];
export type Postprocessing = z.infer<typeof postprocessingSchema>;
