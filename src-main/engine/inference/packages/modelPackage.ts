import { mapZyx } from '#domain/geometry.ts';
import type { Zyx } from '#domain/geometry.ts';

import type { FascicleConfig, ModelChannel, ModelTarget, Postprocessing } from './fascicleConfig.ts';
import type { ProcessingStep, Tolerance } from './rdfSchema.ts';

/** A tensor of the graph together with its test data. Axes are always batch, channel, z, y, x. */
export interface ModelTensor {
  readonly id: string;
  readonly channels: number;
  readonly testTensorPath: string;
  readonly testTensorSha256: string | null;
}

/** The tile sizes that a network takes along one axis: `min + n * step`; step 0 means `min` only. */
export interface AxisSizes {
  readonly min: number;
  readonly step: number;
}

/** A model package that was read and found consistent; nothing of the weights is loaded yet. */
export interface ModelPackage {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly license: string | null;
  /** What kind of images it is for, from the tags: 'electron microscopy'; null where they do not say. */
  readonly modality: string | null;
  readonly citations: readonly string[];
  /** The folder; every path below is absolute. */
  readonly directory: string;
  readonly weightsPath: string;
  readonly weightsSha256: string;
  readonly input: ModelTensor & {
    /** z, y, x. */
    readonly sizes: readonly [AxisSizes, AxisSizes, AxisSizes];
    readonly preprocessing: readonly ProcessingStep[];
  };
  readonly outputs: readonly (ModelTensor & { readonly postprocessing: readonly ProcessingStep[] })[];
  readonly tolerances: readonly Tolerance[];
  readonly config: FascicleConfig;
}

/** The one tile of a network that takes no other, null where sizes are free. z, y, x. */
export function fixedTileOf(model: ModelPackage): Zyx | null {
  const { sizes } = model.input;
  return sizes.every((size) => size.step === 0) ? mapZyx((axis) => sizes[axis].min) : null;
}

/** The voxel sizes, z, y, x in nanometres, that a target takes without resampling. */
export function acceptedVoxelSizes(target: ModelTarget): { min: Zyx; max: Zyx } {
  return (
    target.acceptedNm ?? {
      min: mapZyx((axis) => 0.8 * target.voxelSizeNm[axis]),
      max: mapZyx((axis) => 1.25 * target.voxelSizeNm[axis]),
    }
  );
}

/** The postprocessing defaults for a target. */
export function postprocessingFor(model: ModelPackage, target: ModelTarget): Postprocessing {
  return target.postprocessing ?? model.config.postprocessing;
}

/** Whether a network says where the inside of neurites is. */
export function hasForeground(model: ModelPackage): boolean {
  return model.config.channels.some(({ meaning }) => meaning === 'foreground');
}

/** The channels that are written, in the order of the affinity store (links along z, y, x), then foreground. */
export interface WrittenChannels {
  readonly affinities: readonly [ModelChannel, ModelChannel, ModelChannel];
  readonly foreground: ModelChannel | null;
}

const NEAREST_LINKS: readonly Zyx[] = [
  [-1, 0, 0],
  [0, -1, 0],
  [0, 0, -1],
];

/** Finds the three nearest links and the foreground; null for a link that is missing or listed twice. */
export function writtenChannels(config: FascicleConfig): WrittenChannels | null {
  const links = NEAREST_LINKS.map((offset) =>
    config.channels.filter(
      (item) => item.meaning === 'affinity' && item.offset.every((value, i) => value === offset[i]),
    ),
  );
  const foreground = config.channels.filter((item) => item.meaning === 'foreground');
  if (links.some((found) => found.length !== 1) || foreground.length > 1) return null;
  return { affinities: [links[0][0], links[1][0], links[2][0]], foreground: foreground[0] ?? null };
}
