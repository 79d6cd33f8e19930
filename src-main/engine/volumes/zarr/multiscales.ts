import { FascicleError } from '#domain/errors.ts';
import { mapZyx, type VoxelSizeNm, type Zyx } from '#domain/geometry.ts';

import type { Attributes } from '../attributes.ts';
import { nanometresPer, validVoxelSize } from '../voxelSize.ts';

/** One resolution of an OME-Zarr image. */
export interface MultiscaleLevel {
  /** Path of the array below the group. */
  readonly path: string;
  /** Along the stored axes, in their units. */
  readonly scale: readonly number[] | null;
  /** The centre of voxel 0 along the stored axes, in their units; null where none is stated. */
  readonly translation: readonly number[] | null;
}

/** The image of an OME-Zarr group (versions 0.1 to 0.5). */
export interface Multiscale {
  readonly version: string;
  /** One letter per stored axis, slowest first; null where the version does not name them. */
  readonly axes: string | null;
  /** Per stored axis; null where the file states none. */
  readonly units: readonly (string | null)[];
  readonly levels: readonly MultiscaleLevel[];
  /** True where the group says that its voxels are labels. */
  readonly isLabels: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** The first image that the attributes of a group describe; null where they describe none. */
export function readMultiscale(attributes: Attributes, folder: string): Multiscale | null {
  // Version 0.5 moved everything under 'ome'.
  const ome = (attributes['ome'] ?? attributes) as Json;
  const images = ome['multiscales'];
  if (images === undefined) return null;
  const image = (Array.isArray(images) ? images[0] : undefined) as Json | undefined;
  const datasets = image?.['datasets'];
  if (image === undefined || !Array.isArray(datasets) || datasets.length === 0 || !datasets.every(hasPath))
    throw new FascicleError(
      'bad-file',
      `${folder}: the OME-Zarr metadata list no datasets; 'multiscales' is incomplete.`,
    );
  const axes = (image['axes'] ?? []) as (string | { name?: string; unit?: string })[];
  const all = image['coordinateTransformations'];
  const whole = numbersIn(all, 'scale');
  return {
    version: String(ome['version'] ?? image['version'] ?? '0.4'),
    axes:
      axes.length > 0 ? axes.map((axis) => (typeof axis === 'string' ? axis : (axis.name ?? '?'))[0]).join('') : null,
    units: axes.map((axis) => (typeof axis === 'string' ? null : (axis.unit ?? null))),
    levels: datasets.map((dataset) => {
      const own = dataset['coordinateTransformations'];
      // Those of the image come after those of the level.
      const translation = sum(scaled(numbersIn(own, 'translation'), whole), numbersIn(all, 'translation'));
      return { path: dataset.path, scale: product(numbersIn(own, 'scale'), whole), translation };
    }),
    isLabels: ome['image-label'] !== undefined,
  };
}

/** The voxel size of a level in nanometres; null where the axes have no unit of length. */
export function multiscaleVoxelSize(image: Multiscale, level: MultiscaleLevel): VoxelSizeNm | null {
  const { axes, units } = image;
  const { scale } = level;
  if (axes === null || scale === null) return null;
  return validVoxelSize(
    mapZyx((axis) => {
      const index = axes.indexOf('zyx'[axis]!);
      // An axis that is missing or has no unit has no length, which makes the size as a whole unknown.
      return (scale[index] ?? Number.NaN) * (nanometresPer(units[index] ?? '') ?? Number.NaN);
    }),
  );
}

/** Where voxel 0 of a level lies, z, y, x in nanometres; null where the file does not say, or its axes have no unit of length. */
export function multiscaleStart({ axes, units }: Multiscale, { translation }: MultiscaleLevel): Zyx | null {
  if (axes === null || translation === null) return null;
  const start = mapZyx((axis) => {
    const index = axes.indexOf('zyx'[axis]!);
    if (index < 0) return 0;
    return (translation[index] ?? Number.NaN) * (nanometresPer(units[index] ?? '') ?? Number.NaN);
  });
  return start.every(Number.isFinite) ? start : null;
}

/** The attributes of an OME-Zarr 0.5 group, as this program writes them. */
export function omeAttributes(image: {
  readonly name: string;
  readonly axes: 'zyx' | 'czyx';
  readonly voxelSizeNm: VoxelSizeNm | null;
  /** Downscaling of each level against the first, which is 1, 1, 1. */
  readonly factors: readonly Zyx[];
  readonly isLabels: boolean;
  /** Where voxel 0 lies, in voxels; 0, 0, 0 when absent. */
  readonly offset?: Zyx | undefined;
}): Json {
  const offset = image.offset ?? [0, 0, 0];
  const size = image.voxelSizeNm ?? [1, 1, 1];
  const unit = image.voxelSizeNm === null ? {} : { unit: 'nanometer' };
  const axes = [...image.axes].map((name) =>
    name === 'c' ? { name, type: 'channel' } : { name, type: 'space', ...unit },
  );
  const perAxis = (zyx: Zyx, channel: number): number[] => (image.axes === 'czyx' ? [channel, ...zyx] : [...zyx]);
  const datasets = image.factors.map((factor, level) => ({
    path: String(level),
    coordinateTransformations: [
      {
        type: 'scale',
        scale: perAxis(
          mapZyx((axis) => size[axis] * factor[axis]),
          1,
        ),
      },
      // The centre of the first voxel of a coarse level lies between the voxels that it stands for.
      {
        type: 'translation',
        translation: perAxis(
          mapZyx((axis) => size[axis] * (offset[axis] + (factor[axis] - 1) / 2)),
          0,
        ),
      },
    ],
  }));
  return {
    ome: {
      version: '0.5',
      multiscales: [{ name: image.name, axes, datasets }],
      ...(image.isLabels ? { 'image-label': {} } : {}),
    },
  };
}

function hasPath(dataset: unknown): dataset is { path: string } & Json {
  return typeof dataset === 'object' && dataset !== null && 'path' in dataset && typeof dataset.path === 'string';
}

function numbersIn(transformations: unknown, type: 'scale' | 'translation'): readonly number[] | null {
  if (!Array.isArray(transformations)) return null;
  const numbers = (transformations as Json[]).find((entry) => entry['type'] === type)?.[type];
  return Array.isArray(numbers) ? numbers.map(Number) : null;
}

function product(a: readonly number[] | null, b: readonly number[] | null): readonly number[] | null {
  if (a === null || b === null) return a ?? b;
  return a.map((value, axis) => value * (b[axis] ?? 1));
}

function scaled(values: readonly number[] | null, by: readonly number[] | null): readonly number[] | null {
  return values?.map((value, axis) => value * (by?.[axis] ?? 1)) ?? null;
}

function sum(a: readonly number[] | null, b: readonly number[] | null): readonly number[] | null {
  if (a === null || b === null) return a ?? b;
  return a.map((value, axis) => value + (b[axis] ?? 0));
}
