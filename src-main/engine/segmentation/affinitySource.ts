import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, boxShape, translateBox, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { quantise } from '#engine/inference/tileOutput.ts';
import type { VolumeInfo, VolumeReader } from '#volumes/volume.ts';

/** uint8 (255 = certain) or float32 (0..1). */
export type AffinityArray = Uint8Array | Float32Array;

/** Where a segmentation gets its affinities from, block by block. */
export interface AffinitySource {
  /** z, y, x */
  readonly shape: Zyx;
  readonly type: 'uint8' | 'float32';
  /** The three nearest-neighbour affinities of `box`: 3 x z x y x x, x fastest. */
  read(box: Box, signal?: AbortSignal): Promise<AffinityArray>;
}

/**
 * Refuses a volume that cannot hold affinities.
 *
 * @returns its type
 * @throws FascicleError 'bad-request' for fewer than three channels, or a type other than uint8 and float32
 */
export function requireAffinities({ source, channels, type }: VolumeInfo): AffinitySource['type'] {
  if (channels < 3)
    throw new FascicleError(
      'bad-request',
      `${source} has ${channels} channel${channels === 1 ? '' : 's'}; affinities need three (links along z, y, x), ` +
        'stored as c, z, y, x.',
    );
  if (type !== 'uint8' && type !== 'float32')
    throw new FascicleError(
      'bad-request',
      `${source} holds ${type}; affinities are uint8 (255 = certain) or float32 (0 to 1). Convert it first.`,
    );
  return type;
}

/**
 * The first three channels of a volume, as affinities to the predecessors along z, y and x.
 *
 * @param region the part of the volume that is segmented; positions in the source are relative to its corner
 * @throws as `requireAffinities`; `read` 'bad-file' for float32 values that are no probabilities
 */
export function affinitiesOf(reader: VolumeReader, region: Box): AffinitySource {
  const type = requireAffinities(reader.info);
  return {
    shape: boxShape(region),
    type,
    async read(box, signal) {
      const voxels = voxelCount(boxShape(box));
      const all = type === 'uint8' ? new Uint8Array(3 * voxels) : new Float32Array(3 * voxels);
      for (let channel = 0; channel < 3; channel++) {
        all.set(await readProbabilities(reader, translateBox(box, region.min), channel, signal), channel * voxels);
      }
      return all;
    },
  };
}

/**
 * Refuses a volume that cannot hold a foreground.
 *
 * @returns its type
 * @throws FascicleError 'bad-request' for several channels, or a type other than uint8 and float32
 */
export function requireForeground({ source, channels, type }: VolumeInfo): AffinitySource['type'] {
  if (channels !== 1)
    throw new FascicleError('bad-request', `${source} has ${channels} channels; a foreground has one.`);
  if (type !== 'uint8' && type !== 'float32')
    throw new FascicleError(
      'bad-request',
      `${source} holds ${type}; a foreground is uint8 (255 = certain) or float32 (0 to 1). Convert it first.`,
    );
  return type;
}

/**
 * Lowers every affinity to the foreground of its voxel: min(affinity, foreground), a soft AND without a threshold
 * (SegNeuron, MICCAI 2024).
 *
 * @param foreground one channel, uint8 (255 = certain) or float32 (0..1)
 * @param region the part of it that is segmented; all of it when absent
 * @throws as `requireForeground`; `read` 'bad-file' for float32 values that are no probabilities
 */
export function restrictToForeground(
  source: AffinitySource,
  foreground: VolumeReader,
  region: Box = boxOfShape(foreground.info.shape),
): AffinitySource {
  requireForeground(foreground.info);
  return {
    ...source,
    async read(box, signal) {
      const affinities = await source.read(box, signal);
      const limits = inUnitsOf(
        source.type,
        await readProbabilities(foreground, translateBox(box, region.min), 0, signal),
      );
      for (let channel = 0, at = 0; channel < 3; channel++)
        for (let voxel = 0; voxel < limits.length; voxel++, at++)
          if (affinities[at] > limits[voxel]) affinities[at] = limits[voxel];
      return affinities;
    },
  };
}

/** What resampling and rounding may add to a probability; anything beyond is another quantity. */
const RANGE_TOLERANCE = 0.01;

/**
 * One channel of a volume of affinities, or of a foreground.
 *
 * @param reader of a type that `requireAffinities` or `requireForeground` let pass
 * @throws FascicleError 'bad-file' for NaN, and for floating point values outside 0 to 1
 */
export async function readProbabilities(
  reader: VolumeReader,
  box: Box,
  channel: number,
  signal?: AbortSignal,
): Promise<AffinityArray> {
  const values = (await reader.read(box, { channel, signal })) as AffinityArray;
  const { source, channels } = reader.info;
  requireProbabilities(values, channels === 1 ? source : `${source}, channel ${channel},`);
  return values;
}

function requireProbabilities(values: AffinityArray, source: string): void {
  if (values instanceof Uint8Array) return;
  let low = 0;
  let high = 1;
  for (let i = 0; i < values.length; i++) {
    // A NaN makes both extremes NaN for good: Math.min and Math.max hand it on.
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  if (low >= -RANGE_TOLERANCE && high <= 1 + RANGE_TOLERANCE) return;
  const found = Number.isNaN(low) ? 'NaN' : `values from ${low} to ${high}`;
  throw new FascicleError(
    'bad-file',
    `${source} holds ${found}; in floating point, probabilities from 0 to 1 are expected. Bring them to that range first: divide by 255, ` +
      'or apply the sigmoid that the network lacks.',
  );
}

/** Probabilities in the units of affinities, rounded half to even where those are bytes. */
export function inUnitsOf(type: AffinitySource['type'], values: AffinityArray): AffinityArray {
  if (type === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values, (v) => v / 255);
  if (values instanceof Uint8Array) return values;
  const bytes = new Uint8Array(values.length);
  quantise(values, bytes);
  return bytes;
}
