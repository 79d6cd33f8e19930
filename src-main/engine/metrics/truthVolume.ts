import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, translateBox } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { connectedComponents } from '#native/connectedComponents.ts';
import { asLabels, requireLabels } from '#volumes/labelVoxels.ts';
import type { LabelVoxels } from '#volumes/labelVoxels.ts';
import { openVolume } from '#volumes/openVolume.ts';

/** Ground truth in the voxels of a project. */
export interface TruthVolume {
  /** Of the chunks in z, for reading each once. */
  readonly thickness: number;
  read(box: Box, signal?: AbortSignal): Promise<LabelVoxels>;
  close(): Promise<void>;
}

/**
 * Opens ground truth for a project: of its own shape, or of the shape of the volume that it is a part of.
 *
 * @param options.region the part of its source that the project covers
 * @param options.components every 6-connected part of an id is an object of its own, as on a crop, where parts of one neuron meet
 *   outside. Holds the volume in memory.
 * @throws FascicleError as `openVolume`; 'bad-request' for images and volumes of another shape
 */
export async function openTruth(
  spec: string,
  options: { shape: Zyx; region: Box | null; sourceShape: Zyx | null; components?: boolean; signal?: AbortSignal },
): Promise<TruthVolume> {
  const reader = await openVolume(spec, { role: 'labels' });
  const signal = options.signal ? { signal: options.signal } : {};
  try {
    const { info } = reader;
    requireLabels(info);
    const offset = offsetOf(info.shape, options, spec);
    const read = async (box: Box): Promise<LabelVoxels> =>
      asLabels(await reader.read(translateBox(box, offset), signal), spec);
    const shared = { thickness: info.chunkShape[0], close: () => reader.close() };
    if (options.components !== true) return { ...shared, read };
    const { shape } = options;
    const whole = await read(boxOfShape(shape));
    const objects = new Uint32Array(whole.length);
    await connectedComponents(whole, shape, objects, signal);
    return { ...shared, thickness: 1, read: (box) => Promise.resolve(wholeSections(objects, shape, box)) };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

function wholeSections(objects: Uint32Array, [, rows, columns]: Zyx, { min, max }: Box): Uint32Array {
  return objects.subarray(min[0] * rows * columns, max[0] * rows * columns);
}

function offsetOf(
  shape: Zyx,
  { shape: own, region, sourceShape }: { shape: Zyx; region: Box | null; sourceShape: Zyx | null },
  spec: string,
): Zyx {
  const isShape = (wanted: Zyx | null): boolean => wanted !== null && shape.every((n, axis) => n === wanted[axis]);
  if (isShape(own)) return [0, 0, 0];
  if (region !== null && isShape(sourceShape)) return region.min;
  throw new FascicleError(
    'bad-request',
    `${spec} has ${shape.join(' x ')} voxels, the project ${own.join(' x ')} (z, y, x). ` +
      'Ground truth covers the voxels of the project, or those of the volume that the project is a part of.',
  );
}
