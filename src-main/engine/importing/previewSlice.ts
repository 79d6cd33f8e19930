import { planeSchema } from '#contract/values.ts';
import type { Plane } from '#contract/values.ts';
import { boxOfShape } from '#domain/geometry.ts';
import type { VolumeReader } from '#volumes/volume.ts';

import { sampleSection } from './sampleSection.ts';
import type { SectionPlane } from './sampleSection.ts';

/** The pixels of a slice as they are shown, row by row. */
export interface PreviewSlice {
  readonly type: 'uint8' | 'uint32';
  readonly rows: number;
  readonly columns: number;
  readonly voxels: Uint8Array | Uint32Array;
}

/** Axes of a plane: what it cuts, rows and columns. */
const AXES: Readonly<Record<Plane, readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2]>> = {
  xy: [0, 1, 2],
  xz: [1, 0, 2],
  yz: [2, 0, 1],
};

/**
 * One slice, thinned to at most `edge` pixels a side: grey values from 0 to 255 within the limits, or ids (their lowest 32 bits,
 * which is enough to tell neighbours apart).
 *
 * @param at 0..1 along the axis that the plane cuts
 */
export async function previewSlice(
  reader: VolumeReader,
  request: { plane: Plane; at: number; edge: number; kind: 'image' | 'labels' },
  limits: readonly [number, number],
  signal?: AbortSignal,
): Promise<PreviewSlice> {
  const { shape } = reader.info;
  const [axis, rowAxis, columnAxis] = AXES[planeSchema.parse(request.plane)];
  const index = Math.round(request.at * (shape[axis] - 1));
  const plane: SectionPlane = { axis, index, rowAxis, columnAxis };
  const isImage = request.kind === 'image';
  const options = { edge: request.edge, window: boxOfShape(shape), mean: isImage, signal };
  const { rows, columns, values } = await sampleSection(reader, plane, options);
  if (!isImage) return { type: 'uint32', rows, columns, voxels: Uint32Array.from(values, (id) => id % 2 ** 32) };
  const [low, high] = limits;
  const scale = 255 / (high - low || 1);
  // A clamped array rounds to the nearest, and NaN becomes 0.
  const grey = Uint8ClampedArray.from(values, (value) => (value - low) * scale);
  return { type: 'uint8', rows, columns, voxels: new Uint8Array(grey.buffer) };
}
