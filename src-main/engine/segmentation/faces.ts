import { boxShape } from '#domain/geometry.ts';
import type { Box, Zyx } from '#domain/geometry.ts';
import type { LabelWindow } from '#native/regionGraph.ts';

/** The last layer of a block along each axis, which the next block needs for its contacts. */
export type HighFaces = Record<'z' | 'y' | 'x', Uint32Array>;

/** Copies the last layer along each axis out of a block of labels. */
export function highFaces(labels: Uint32Array, shape: Zyx): HighFaces {
  const [depth, height, width] = shape;
  const z = labels.slice((depth - 1) * height * width);
  const y = new Uint32Array(depth * width);
  const x = new Uint32Array(depth * height);
  for (let plane = 0; plane < depth; plane++) {
    const last = (plane * height + height - 1) * width;
    y.set(labels.subarray(last, last + width), plane * width);
    for (let row = 0; row < height; row++) x[plane * height + row] = labels[(plane * height + row) * width + width - 1];
  }
  return { z, y, x };
}

/**
 * The labels of a block with one layer before it along each axis, where the volume goes on there. The edges and corners
 * of that layer stay 0: contacts need faces only.
 *
 * @param before the last layers of the blocks before this one, as `highFaces` gives them; undefined at the volume's edge
 */
export function withLowHalo(
  labels: Uint32Array,
  box: Box,
  before: { readonly [axis in 'z' | 'y' | 'x']: Uint32Array | undefined },
): LabelWindow {
  const [depth, height, width] = boxShape(box);
  const halo = [before.z ? 1 : 0, before.y ? 1 : 0, before.x ? 1 : 0] as const;
  if (!before.z && !before.y && !before.x) return { labels, box };
  const rows = height + halo[1];
  const columns = width + halo[2];
  const out = new Uint32Array((depth + halo[0]) * rows * columns);
  const at = (z: number, y: number, x: number) => ((z + halo[0]) * rows + y + halo[1]) * columns + x + halo[2];
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (z * height + y) * width;
      out.set(labels.subarray(row, row + width), at(z, y, 0));
      if (before.x) out[at(z, y, -1)] = before.x[z * height + y];
    }
    if (before.y) out.set(before.y.subarray(z * width, (z + 1) * width), at(z, -1, 0));
  }
  if (before.z) for (let y = 0; y < height; y++) out.set(before.z.subarray(y * width, (y + 1) * width), at(-1, y, 0));
  const min: Zyx = [box.min[0] - halo[0], box.min[1] - halo[1], box.min[2] - halo[2]];
  return { labels: out, box: { min, max: box.max } };
}
