import { FascicleError } from '#domain/errors.ts';
import { boxOfShape, boxShape, intersectBoxes, mapZyx, toXyz, translateBox, voxelCount } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import { connectedComponents } from '#native/connectedComponents.ts';
import { asLabels, requireLabels } from '#volumes/labelVoxels.ts';
import type { LabelVoxels } from '#volumes/labelVoxels.ts';
import { openVolume } from '#volumes/openVolume.ts';

import type { GroundTruth } from './groundTruth.ts';

/** Ground truth in the voxels of a project; 0 where there is none. */
export interface TruthVolume {
  /** Of the chunks in z, for reading each once. */
  readonly thickness: number;
  read(box: Box, signal?: AbortSignal): Promise<LabelVoxels>;
  close(): Promise<void>;
}

/** The voxels of a project, and the volume that it was made from with the part of it that the project covers. */
export interface TruthFrame {
  readonly shape: Zyx;
  readonly region: Box | null;
  readonly sourceShape: Zyx | null;
}

export interface OpenTruthOptions {
  readonly signal?: AbortSignal | undefined;
  /** Voxels whose objects were parted. */
  readonly onObjects?: ((done: number, total: number) => void) | undefined;
}

/**
 * Opens ground truth for a project: of its own shape, of the shape of the volume that it is a part of, or of any shape with its place.
 * Where every 6-connected part of an id is an object of its own, as on a crop, where parts of one neuron meet outside, it is held in
 * memory.
 *
 * @param options 'look' reads no voxels
 * @throws FascicleError as `openVolume`; 'bad-request' for images and for volumes whose place is not known or outside
 */
export async function openTruth(
  { source, components, offset }: Pick<GroundTruth, 'source' | 'components' | 'offset'>,
  frame: TruthFrame,
  options: OpenTruthOptions | 'look' = {},
): Promise<TruthVolume> {
  const reader = await openVolume(source, { role: 'labels' });
  const { signal, onObjects } = options === 'look' ? {} : options;
  try {
    const { info } = reader;
    requireLabels(info);
    const place = placeOf(info.shape, frame, offset, source);
    const own = boxOfShape(info.shape);
    const read = async (box: Box): Promise<LabelVoxels> => {
      const wanted = translateBox(
        box,
        mapZyx((axis) => -place[axis]),
      );
      const there = intersectBoxes(wanted, own);
      if (voxelCount(boxShape(there)) === 0) return new Uint32Array(voxelCount(boxShape(wanted)));
      const labels = asLabels(await reader.read(there, { signal }), source);
      return pad(labels, there, wanted);
    };
    const shared = { thickness: info.chunkShape[0], close: () => reader.close() };
    if (!components || options === 'look') return { ...shared, read };
    const { shape } = frame;
    const whole = await read(boxOfShape(shape));
    const objects = new Uint32Array(whole.length);
    await connectedComponents(whole, shape, objects, { signal, onProgress: onObjects });
    return { ...shared, thickness: 1, read: (box) => Promise.resolve(wholeSections(objects, shape, box)) };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** Labels of a box in a larger one, with 0 around them. */
function pad(labels: LabelVoxels, box: Box, around: Box): LabelVoxels {
  const outer = boxShape(around);
  const voxels = voxelCount(outer);
  if (voxels === labels.length) return labels;
  const offset = mapZyx((axis) => box.min[axis] - around.min[axis]);
  if (labels instanceof BigUint64Array)
    return copyRows(labels, boxShape(box), new BigUint64Array(voxels), outer, offset);
  const source: { subarray(from: number, to: number): ArrayLike<number> } = labels;
  return copyRows(source, boxShape(box), new Uint32Array(voxels), outer, offset);
}

function copyRows<Row, Target extends { set(row: Row, at: number): void }>(
  labels: { subarray(from: number, to: number): Row },
  [depth, rows, columns]: Zyx,
  target: Target,
  [, outerRows, outerColumns]: Zyx,
  [z0, y0, x0]: Zyx,
): Target {
  for (let z = 0; z < depth; z++)
    for (let y = 0; y < rows; y++) {
      const from = (z * rows + y) * columns;
      target.set(labels.subarray(from, from + columns), ((z0 + z) * outerRows + y0 + y) * outerColumns + x0);
    }
  return target;
}

function wholeSections(objects: Uint32Array, [, rows, columns]: Zyx, { min, max }: Box): Uint32Array {
  return objects.subarray(min[0] * rows * columns, max[0] * rows * columns);
}

/** Where the first voxel of the truth lies in the project. */
function placeOf(shape: Zyx, { shape: own, region, sourceShape }: TruthFrame, offset: Zyx | null, source: string): Zyx {
  const isShape = (wanted: Zyx | null): boolean => wanted !== null && shape.every((n, axis) => n === wanted[axis]);
  const sizes = `${source} has ${inWords(shape)} voxels, the project ${inWords(own)} (x, y, z)`;
  if (offset !== null) {
    const shared = intersectBoxes(translateBox(boxOfShape(shape), offset), boxOfShape(own));
    if (voxelCount(boxShape(shared)) > 0) return offset;
    throw new FascicleError(
      'bad-request',
      `${sizes}. Beginning at ${toXyz(offset).join(', ')} it lies outside of the project. Give the place of its first voxel in the project.`,
    );
  }
  if (isShape(own)) return [0, 0, 0];
  if (region !== null && isShape(sourceShape)) return mapZyx((axis) => -region.min[axis]);
  const accepted = sourceShape === null ? '' : `, the ${inWords(sourceShape)} of the volume that it was made from`;
  throw new FascicleError(
    'bad-request',
    `${sizes}. Ground truth has the shape of the project${accepted}, or any other and the place of its first voxel in the project.`,
  );
}

const inWords = (shape: Zyx): string => toXyz(shape).join(' × ');
